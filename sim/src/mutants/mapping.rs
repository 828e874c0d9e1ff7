//! What is written on a record, answered wrongly.

use engine::{
    Config, FieldPlan, Person, PersonKind, Profile, Rule, Settings, Standard, UserId, Value,
};

use super::{mutants, with_settings};

/// The plan, with one more field.
fn and(mut plan: FieldPlan, field: &str, value: &str) -> FieldPlan {
    plan.fields.push((field.into(), Value::from(value)));
    plan.because = if plan.because == Rule::Created { plan.because } else { Rule::Updated };
    plan
}

/// The plan, with every profile field that no mapping writes.
fn with_unmapped(plan: FieldPlan, profile: &Profile) -> FieldPlan {
    let said: Vec<String> =
        plan.withheld.iter().filter_map(|it| profile.get(it).map(str::to_owned)).collect();
    if said.is_empty() { plan } else { and(plan, "Description", &said.join(" ")) }
}

fn without(mut plan: FieldPlan, field: &str) -> FieldPlan {
    plan.fields.retain(|(name, _)| name.as_str() != field);
    plan
}

/// A record of which nothing is known: everything differs.
fn nothing_known_of(target: &Person) -> Person {
    Person { kind: target.kind, id: target.id.clone(), fields: Vec::new() }
}

mutants! {
    #[doc = "an insert sends unmapped fields, too"]
    InsertSendsUnmapped violates [Created] breaks ["MP-01", "UP-05"] {
        fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan {
            with_unmapped(Standard.insert_fields(profile, owner, config), profile)
        }
    }

    #[doc = "an update sends unmapped fields, too"]
    UpdateSendsUnmapped violates [FieldNotMapped] breaks ["UP-05", "UP-06"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            with_unmapped(Standard.update_fields(profile, target, is_own, config), profile)
        }
    }

    #[doc = "a mapped field is left out of an insert"]
    InsertForgetsAField violates [Created] breaks ["MP-01", "VI-05"] {
        fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan {
            let plan = Standard.insert_fields(profile, owner, config);
            without(without(plan, "Phone"), "PostalCode")
        }
    }

    #[doc = "a lead is created without its owner, who is then whoever calls"]
    InsertForgetsTheOwner breaks ["AS-01", "AS-02", "CN-01"] {
        fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan {
            without(Standard.insert_fields(profile, owner, config), "OwnerId")
        }
    }

    #[doc = "an insert leaves the constants out"]
    InsertForgetsConstants breaks ["MP-01"] {
        fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan {
            let mut mapping = config.mapping.clone();
            mapping.lead_constants.clear();
            Standard.insert_fields(profile, owner, &Config { mapping, ..config.clone() })
        }
    }

    #[doc = "an update writes the constants again"]
    UpdateSendsConstants breaks ["MP-01"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            match config.mapping.lead_constants.first() {
                Some((field, value)) => and(plan, field.as_str(), value),
                None => plan,
            }
        }
    }

    #[doc = "an update carries the owner"]
    UpdateCarriesTheOwner violates [OwnerKept] breaks ["AS-05", "AS-10d", "UP-08d"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            let owner = config.reps.values().find_map(|it| it.connection.as_ref());
            match owner.filter(|_| !plan.fields.is_empty()) {
                Some(owner) => and(plan, "OwnerId", owner.as_str()),
                None => plan,
            }
        }
    }

    #[doc = "an update of a contact carries the owner"]
    UpdateCarriesTheContactsOwner breaks ["AS-09d"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            let owner = config.reps.values().find_map(|it| it.connection.as_ref());
            match owner.filter(|_| target.kind == PersonKind::Contact && !plan.fields.is_empty()) {
                Some(owner) => and(plan, "OwnerId", owner.as_str()),
                None => plan,
            }
        }
    }

    #[doc = "a mapped owner is written on existing records, too"]
    UpdateWritesTheMappedOwner breaks ["MP-02", "UP-08d"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            match Standard.mapped_owner(profile, config) {
                Some(owner) => and(plan, "OwnerId", &owner),
                None => plan,
            }
        }
    }

    #[doc = "what has not changed is sent again"]
    UpdateSendsWhatIsThere violates [NoNewValues] breaks ["UP-07"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            Standard.update_fields(profile, &nothing_known_of(target), is_own, config)
        }
    }

    #[doc = "beside what has changed everything else is sent, too"]
    UpdateSendsTheWholeProfile breaks ["EX-22"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            if plan.fields.is_empty() {
                return plan;
            }
            Standard.update_fields(profile, &nothing_known_of(target), is_own, config)
        }
    }

    #[doc = "that there was nothing new is not said"]
    NothingNewIsNotSaid violates [NoNewValues] breaks ["UP-07"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            let because = if plan.because == Rule::NoNewValues { Rule::BlankKept } else { plan.because };
            FieldPlan { because, ..plan }
        }
    }

    #[doc = "which fields were withheld is not said"]
    WithheldIsNotSaid violates [FieldNotMapped] breaks ["UP-06"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            let because = if plan.because == Rule::FieldNotMapped { Rule::NoNewValues } else { plan.because };
            FieldPlan { withheld: Vec::new(), because, ..plan }
        }
    }

    #[doc = "blank answers always erase, whatever the setting"]
    BlanksAlwaysErase violates [BlankKept] breaks ["UP-09d"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let settings = Settings { clear_on_blank: true, ..config.settings.clone() };
            Standard.update_fields(profile, target, is_own, &with_settings(config, settings))
        }
    }

    #[doc = "blank answers never erase, whatever the setting"]
    BlanksNeverErase breaks ["UP-09d"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let settings = Settings { clear_on_blank: false, ..config.settings.clone() };
            Standard.update_fields(profile, target, is_own, &with_settings(config, settings))
        }
    }

    #[doc = "a contact is written with the mapping for leads"]
    ContactIsMappedAsALead breaks ["MP-01"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let mut mapping = config.mapping.clone();
            mapping.contact.clone_from(&mapping.lead);
            Standard.update_fields(profile, target, is_own, &Config { mapping, ..config.clone() })
        }
    }

    #[doc = "a contact is never written"]
    ContactIsNeverWritten breaks ["EX-17", "MS-05", "UP-04"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            match target.kind {
                PersonKind::Contact => {
                    FieldPlan { fields: Vec::new(), because: Rule::NoNewValues, ..plan }
                }
                PersonKind::Lead => plan,
            }
        }
    }

    #[doc = "the address of somebody else's record is changed"]
    AnyRecordsAddressIsChanged breaks ["DD-12d"] {
        fn update_fields(&self, profile: &Profile, target: &Person, _is_own: bool, config: &Config) -> FieldPlan {
            Standard.update_fields(profile, target, true, config)
        }
    }

    #[doc = "a corrected address is not written on the lead that we made"]
    CorrectedAddressIsNotWritten breaks ["VI-01"] {
        fn update_fields(&self, profile: &Profile, target: &Person, _is_own: bool, config: &Config) -> FieldPlan {
            Standard.update_fields(profile, target, false, config)
        }
    }

    #[doc = "what is new about a record is not seen, nor listed where it may not be written"]
    NothingIsNew breaks ["EX-17", "TS-04", "UP-03"] {
        fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan {
            let plan = Standard.update_fields(profile, target, is_own, config);
            FieldPlan { fields: Vec::new(), because: Rule::NoNewValues, ..plan }
        }
    }
}
