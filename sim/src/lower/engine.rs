//! `engine:` of a scenario → the engine's configuration, with ids for names.

use engine::{
    Batching, Config, Experience, Jitter, Mapping, MemberTarget, PushAction, PushStep, PushTiming,
    Rep, RepId, RetryPolicy, Step, Strategy, UpdateScope, UserId,
};
use mock_salesforce::{Org, SfId};
use scenarios::{
    Text,
    ast::{self, EngineSetup, ObjectFields, Scenario, StepKind},
};

use super::{
    Names, Problems,
    known_org::known_org,
    liaison,
    names::NameKind::{Campaign, Queue, User},
    packages::packages,
    settings::settings,
    signals::{account_mapping, signals},
};

/// Start of the playback links: a name that no host has.
const PLAYBACK_BASE: &str = "https://playback.qualified.example";

/// The configuration of a scenario's engine.
pub(crate) fn config(
    scenario: &Scenario,
    org: &Org,
    names: &Names,
    problems: &mut Problems,
) -> Config {
    let setup = &scenario.engine;
    let mut lowering = Lowering { seed: scenario.seed, names, problems };
    let org_user = lowering.org_user(setup);
    let integration_user = match &setup.connections.integration_user {
        Some(user) => lowering.user(user),
        None => org_user.clone(),
    };
    let mapping = lowering.mapping(setup);
    let known = known_org(scenario, org, names, &mapping);
    let liaison = liaison::liaison(scenario, org, names, &org_user);
    Config {
        org_user,
        integration_user,
        reps: setup.connections.reps.iter().map(|rep| lowering.rep(scenario, rep)).collect(),
        campaign_mapping: setup.campaign_mapping.as_ref().map(|it| lowering.campaign_mapping(it)),
        signals: signals(scenario),
        experiences: setup
            .experiences
            .iter()
            .map(|it| ((&*it.name.text).into(), lowering.experience(it)))
            .collect(),
        settings: settings(&setup.settings, lowering.problems),
        retry: lowering.retry(setup),
        batching: batching(setup),
        org: known,
        mapping,
        neighbours: super::neighbours::configured(scenario),
        playback_base: PLAYBACK_BASE.to_owned(),
        playback_secret: playback_secret(scenario.seed),
        fillers: liaison::fillers(setup),
        liaison,
        packages: packages(setup.packages.as_ref(), names, lowering.problems),
    }
}

/// A secret of the scenario's own; nobody can tell it from the seed by looking.
fn playback_secret(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

struct Lowering<'a> {
    /// What jitter is drawn from.
    seed: u64,
    names: &'a Names,
    problems: &'a mut Problems,
}

impl Lowering<'_> {
    /// The user behind the org-wide connection; without one, nothing can be synced.
    fn org_user(&mut self, setup: &EngineSetup) -> UserId {
        if let Some(user) = &setup.connections.org_user {
            return self.user(user);
        }
        let Some(id) = self.names.find(&[User], "org_user") else {
            self.problems.add(
                setup.profile.span,
                "the engine has no org-wide connection",
                "name its user in `engine.connections.org_user`",
            );
            return UserId::from("");
        };
        user_id(id)
    }

    fn user(&mut self, name: &Text) -> UserId {
        let Some(id) = self.names.find(&[User], name) else {
            self.problems.add(
                name.span,
                format!("there is no user `{name}`"),
                "name a user of `world.users`",
            );
            return UserId::from("");
        };
        user_id(id)
    }

    fn campaign(&mut self, name: &Text) -> engine::RecordId {
        let Some(id) = self.names.find(&[Campaign], name) else {
            self.problems.add(
                name.span,
                format!("there is no campaign `{name}`"),
                "name a campaign of `world.campaigns`",
            );
            return engine::RecordId::from("");
        };
        engine::RecordId::from(id.to_string())
    }

    fn rep(&mut self, scenario: &Scenario, setup: &ast::RepSetup) -> (RepId, Rep) {
        let user_key = setup.user.as_ref();
        let called = |key: &Text| {
            let user = scenario.world.users.iter().find(|user| user.key == *key)?;
            user.name.as_ref()
        };
        // An unconnected rep may be a user of the same name all the same.
        let name = setup.name.as_ref().or_else(|| called(user_key.unwrap_or(&setup.rep)));
        let rep = Rep {
            name: name.unwrap_or(&setup.rep).to_string(),
            connection: user_key.map(|user| self.user(user)),
        };
        (RepId::from(&*setup.rep.text), rep)
    }

    fn mapping(&mut self, setup: &EngineSetup) -> Mapping {
        let mut mapping = Mapping::default();
        for ObjectFields { object, fields } in &setup.mapping {
            let pairs = fields.iter().map(|(visitor, field)| {
                let visitor = visitor.strip_prefix("visitor.").unwrap_or(visitor);
                (visitor.into(), (&*field.text).into())
            });
            match &*object.text {
                "lead" => mapping.lead = pairs.collect(),
                "account" => mapping.account = account_mapping(fields),
                "contact" => mapping.contact = pairs.collect(),
                other if engine::System::from_word(other).is_some() => {}
                _ => self.unknown_object(object),
            }
        }
        for ObjectFields { object, fields } in &setup.constants {
            match &*object.text {
                "lead" => {
                    let pairs = fields.iter();
                    mapping.lead_constants = pairs
                        .map(|(field, value)| ((&*field.text).into(), self.constant(field, value)))
                        .collect();
                }
                "account" => {
                    let pairs = fields.iter();
                    mapping.account_constants = pairs
                        .map(|(field, value)| ((&*field.text).into(), self.constant(field, value)))
                        .collect();
                }
                other if engine::System::from_word(other).is_some() => {}
                _ => self.unknown_object(object),
            }
        }
        for map in &setup.values {
            let object = match &*map.object.text {
                "lead" => "Lead",
                "contact" => "Contact",
                "account" => "Account",
                _ => {
                    self.unknown_object(&map.object);
                    continue;
                }
            };
            let words = map.words.iter().map(|(from, to)| (from.to_string(), to.to_string()));
            mapping.values.insert((object, (&*map.field.text).into()), words.collect());
        }
        mapping
    }

    /// The constant of a field; an owner is given by name.
    fn constant(&self, field: &str, value: &Text) -> String {
        let owner = matches!(field, "Owner" | "OwnerId");
        let id = owner.then(|| self.names.find(&[User, Queue], value));
        id.flatten().map_or_else(|| value.to_string(), |id| id.to_string())
    }

    fn unknown_object(&mut self, object: &Text) {
        self.problems.add(
            object.span,
            format!("the engine does not map fields of `{object}`"),
            "map `lead`, `contact` or `account`; constants go with `lead` and `account`",
        );
    }

    fn campaign_mapping(&mut self, setup: &ast::CampaignMapping) -> MemberTarget {
        MemberTarget {
            campaign: self.campaign(&setup.campaign),
            status: setup.status.as_ref().map(ToString::to_string),
            fields: Vec::new(),
        }
    }

    fn experience(&mut self, setup: &ast::Experience) -> Experience {
        Experience { steps: setup.steps.iter().map(|step| self.step(&step.kind)).collect() }
    }

    fn step(&mut self, step: &StepKind) -> Step {
        match step {
            StepKind::Push(push) => Step::Push(push_step(push)),
            StepKind::Ask(fields) => {
                Step::Ask(fields.iter().map(|it| (&*it.text).into()).collect())
            }
            StepKind::Say(text) => Step::Say(text.to_string()),
            StepKind::RouteToRep { reps } => Step::RouteToRep(rep_ids(reps)),
            StepKind::OfferMeeting { owner, attendees } => Step::OfferMeeting {
                owner: RepId::from(&*owner.text),
                attendees: rep_ids(attendees),
            },
            StepKind::AddToCampaign { to: _, campaign, status, fields } => {
                Step::AddToCampaign(MemberTarget {
                    campaign: self.campaign(campaign),
                    status: status.as_ref().map(ToString::to_string),
                    fields: fields
                        .iter()
                        .map(|(field, value)| ((&*field.text).into(), value.to_string()))
                        .collect(),
                })
            }
            StepKind::ReadCrm { field, into } => {
                Step::ReadCrm { field: (&*field.text).into(), into: (&*into.text).into() }
            }
        }
    }

    fn retry(&mut self, setup: &EngineSetup) -> RetryPolicy {
        let usual = RetryPolicy::default();
        let Some(retry) = &setup.retry else { return usual };
        let jitter = match &retry.jitter {
            Some(word) if *word == "equal" => Jitter::Equal,
            Some(word) if *word != "none" => {
                self.problems.add(
                    word.span,
                    format!("the engine has no jitter `{word}`"),
                    "write `none` for exact pauses, `equal` for pauses whose second half is drawn",
                );
                usual.jitter
            }
            _ => usual.jitter,
        };
        let factor = match retry.factor_thousandths {
            None => usual.factor,
            Some(thousandths) => {
                let whole = u32::try_from(thousandths / 1_000).ok();
                whole.filter(|factor| thousandths % 1_000 == 0 && *factor > 0).unwrap_or_else(
                    || {
                        self.problems.add(
                            setup.profile.span,
                            "`engine.retry.factor` is not a whole number from 1 on",
                            "write 1, 2, 3, …",
                        );
                        usual.factor
                    },
                )
            }
        };
        RetryPolicy {
            first_delay_ms: retry.first_delay.unwrap_or(usual.first_delay_ms),
            factor,
            max_delay_ms: retry.max_delay.unwrap_or(usual.max_delay_ms),
            max_attempts: retry.max_attempts.unwrap_or(usual.max_attempts),
            jitter,
            seed: self.seed,
        }
    }
}

fn user_id(id: SfId) -> UserId {
    UserId::from(id.to_string())
}

fn rep_ids(reps: &[Text]) -> Vec<RepId> {
    reps.iter().map(|rep| RepId::from(&*rep.text)).collect()
}

/// An update that does not say which records it may write follows the recommended policy (UP-04).
fn push_step(push: &ast::Push) -> PushStep {
    let scope = match push.records {
        Some(ast::UpdateScope::PreviouslySynced) => UpdateScope::PreviouslySynced,
        Some(ast::UpdateScope::AnyMatch) | None => UpdateScope::AnyMatch,
    };
    PushStep {
        to: super::neighbours::destination(&push.to),
        action: match push.action {
            ast::PushAction::CreateLead => PushAction::Create,
            ast::PushAction::UpdatePerson => PushAction::Update(scope),
            ast::PushAction::CreateOrUpdateLead => PushAction::CreateOrUpdate(scope),
        },
        timing: match push.when {
            ast::PushTiming::Wait => PushTiming::Wait,
            ast::PushTiming::Now => PushTiming::Now,
        },
    }
}

fn batching(setup: &EngineSetup) -> Batching {
    let usual = Batching::default();
    let Some(batching) = &setup.batching else { return usual };
    Batching {
        strategy: match batching.strategy {
            None => usual.strategy,
            Some(ast::BatchStrategy::Single) => Strategy::Single,
            Some(ast::BatchStrategy::Composite) => Strategy::Composite,
            Some(ast::BatchStrategy::Collections) => Strategy::Collections,
            Some(ast::BatchStrategy::Bulk) => Strategy::Bulk,
        },
        max_records: batching.max_records.map_or(usual.max_records, |it| it as usize),
        all_or_none: batching.all_or_none.unwrap_or(usual.all_or_none),
        max_wait_ms: batching.max_wait.unwrap_or(usual.max_wait_ms),
    }
}
