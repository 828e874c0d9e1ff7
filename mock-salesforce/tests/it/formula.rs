//! What formulas say, statement by statement of §14, and where they are wrong.

use mock_salesforce::formula::{Formula, Scope, check, constructs};
use mock_salesforce::schema::CustomField;
use mock_salesforce::seed::{
    AssignmentEntrySeed, AssignmentRuleSeed, FlowSeed, FlowStage, ValidationRuleSeed,
};
use mock_salesforce::{AssignmentHeader, FieldKind, Org, OrgSeed, SfId, Value};
use serde_json::json;

use crate::org_fixture::{Fixture, NOW, seed};

fn fields() -> OrgSeed {
    let mut seed = seed();
    let multi = CustomField {
        values: vec!["Red".to_owned(), "Green".to_owned()],
        ..CustomField::new("Colours__c", FieldKind::MultiPicklist)
    };
    let partner = CustomField {
        reference_to: vec!["Account".to_owned()],
        ..CustomField::new("Partner__c", FieldKind::Reference)
    };
    seed.fields.insert(
        "Lead".to_owned(),
        vec![
            multi,
            partner,
            CustomField::new("Score__c", FieldKind::Double),
            CustomField::new("Due__c", FieldKind::Date),
            CustomField::new("Met__c", FieldKind::DateTime),
            CustomField::new("Ok__c", FieldKind::Boolean),
        ],
    );
    seed
}

struct Row {
    f: Fixture,
    id: SfId,
}

impl Row {
    fn new() -> Self {
        let mut f = Fixture::new(&fields());
        let account = f.create("Account", json!({"Name": "Globex"})).unwrap().to_string();
        let id = f.lead(json!({"FirstName": "Pat", "Email": "pat@example.com", "NumberOfEmployees": 12, "LeadSource": "Web",
            "Colours__c": "Green;Red", "Partner__c": account, "Due__c": "2026-01-31", "Met__c": "2026-03-01T12:00:00Z"}));
        Self { f, id }
    }

    fn value(&self, text: &str) -> Value {
        let object = self.f.org.schema().index_of("Lead").unwrap();
        let formula = Formula::compile(self.f.org.schema(), object, text)
            .unwrap_or_else(|p| panic!("{text}: {p:?}"));
        let after = self.f.org.get(self.id).unwrap();
        formula.evaluate(&Scope {
            org: &self.f.org,
            cx: &self.f.cx,
            before: None,
            after,
            is_new: true,
        })
    }

    fn table(&self, rows: &[(&str, Value)]) {
        for (text, expected) in rows {
            assert_eq!(&self.value(text), expected, "{text}");
        }
    }
}

fn t(text: &str) -> Value {
    Value::text(text)
}

fn n(number: f64) -> Value {
    Value::Double(number)
}

const YES: Value = Value::Bool(true);
const NO: Value = Value::Bool(false);
const BLANK: Value = Value::Null;

#[test]
fn blank_text_is_empty_text() {
    Row::new().table(&[
        ("City = \"\"", YES),
        ("LEN(City)", n(0.0)),
        ("ISNULL(City)", NO),
        ("ISBLANK(City)", YES),
        ("CONTAINS(City, \"x\")", NO),
        ("BEGINS(City, \"\")", YES),
        ("UPPER(City) & \"!\"", t("!")),
        ("BLANKVALUE(City, \"none\")", t("none")),
        ("NULLVALUE(City, \"none\")", BLANK),
        ("Company = \"acme\"", NO),
        ("Company = \"Acme\"", YES),
    ]);
}

#[test]
fn blank_numbers_and_dates_stay_blank() {
    Row::new().table(&[
        ("Score__c + 1", BLANK),
        ("Score__c > 0", BLANK),
        ("Score__c = 0", BLANK),
        ("NOT(Score__c > 0)", BLANK),
        ("AND(Score__c > 0, FALSE)", NO),
        ("OR(Score__c > 0, TRUE)", YES),
        ("OR(Score__c > 0, FALSE)", BLANK),
        ("IF(Score__c > 0, 1, 2)", n(2.0)),
        ("ISNULL(Score__c)", YES),
        ("NULLVALUE(Score__c, 5)", n(5.0)),
        ("Score__c = NULL", BLANK),
        ("MAX(1, Score__c)", BLANK),
        ("Ok__c", NO),
        ("1 / 0", BLANK),
    ]);
}

#[test]
fn picklists_are_asked_by_their_own_functions() {
    Row::new().table(&[
        ("ISPICKVAL(LeadSource, \"Web\")", YES),
        ("ISPICKVAL(Rating, \"\")", YES),
        ("TEXT(LeadSource)", t("Web")),
        ("CASE(LeadSource, \"Other\", 1, \"Web\", 2, 3)", n(2.0)),
        ("INCLUDES(Colours__c, \"Red\")", YES),
        ("INCLUDES(Colours__c, \"Re\")", NO),
        ("PICKLISTCOUNT(Colours__c)", n(2.0)),
        ("ISBLANK(Rating)", YES),
    ]);
}

#[test]
fn text_functions_do_what_their_names_say() {
    Row::new().table(&[
        ("LEFT(Company, 2) + RIGHT(Company, 1)", t("Ace")),
        ("MID(\"banana\", 2, 3)", t("ana")),
        ("FIND(\"an\", \"banana\", 3)", n(4.0)),
        ("SUBSTITUTE(\"a-b-c\", \"-\", \"\")", t("abc")),
        ("LPAD(\"7\", 3, \"0\") & RPAD(\"x\", 3, \"-\")", t("007x--")),
        ("TRIM(\"  x \") & LOWER(\"ABC\")", t("xabc")),
        ("INITCAP(\"pat o'neil\")", t("Pat O'Neil")),
        ("VALUE(\"12.5\") + 1", n(13.5)),
        ("ISNUMBER(\"1e3\")", YES),
        ("ISNUMBER(\"x\")", NO),
        ("TEXT(1.50)", t("1.5")),
        ("TEXT(Due__c)", t("2026-01-31")),
        ("TEXT(Met__c)", t("2026-03-01 12:00:00Z")),
        ("REGEX(Email, \"[a-z.]+@[a-z]+\\\\.com\")", YES),
        ("REGEX(Email, \"pat\")", NO),
        ("LEN(Id)", n(15.0)),
        ("LEN(CASESAFEID(Id))", n(18.0)),
        ("\"a\" & BR() & \"b\"", t("a\nb")),
    ]);
}

#[test]
fn numbers_round_as_salesforce_rounds_them() {
    Row::new().table(&[
        ("0.1 + 0.2 = 0.3", YES),
        ("ROUND(-1.5, 0)", n(-2.0)),
        ("ROUND(2.675, 2)", n(2.68)),
        ("ROUND(1234, -2)", n(1200.0)),
        ("CEILING(-2.1)", n(-3.0)),
        ("FLOOR(-2.9)", n(-2.0)),
        ("MCEILING(-2.9)", n(-2.0)),
        ("MFLOOR(-2.1)", n(-3.0)),
        ("MOD(-3, 2)", n(-1.0)),
        ("(2 ^ 3) * 2", n(16.0)),
        ("MIN(3, 1, 2) + ABS(-1)", n(2.0)),
        ("NumberOfEmployees / 5", n(2.4)),
        ("TRUNC(2.79, 1)", n(2.7)),
        (
            "ROUND(DISTANCE(GEOLOCATION(52.52, 13.405), GEOLOCATION(48.8566, 2.3522), \"km\"), 0)",
            n(877.0),
        ),
    ]);
}

#[test]
fn dates_are_days_and_moments_are_fractions_of_days() {
    Row::new().table(&[
        ("TODAY()", Value::Date(20_514)),
        ("TODAY() - Due__c", n(30.0)),
        ("Due__c + 1 = DATE(2026, 2, 1)", YES),
        ("NOW() - Met__c", n(1.0)),
        ("Met__c + 0.5 < NOW()", YES),
        ("ADDMONTHS(Due__c, 1) = DATE(2026, 2, 28)", YES),
        ("YEAR(Due__c) * 100 + MONTH(Due__c)", n(202_601.0)),
        ("WEEKDAY(DATE(2026, 3, 2))", n(2.0)),
        ("ISOWEEK(DATE(2026, 1, 1))", n(1.0)),
        ("DAYOFYEAR(Due__c)", n(31.0)),
        ("DATEVALUE(Met__c) = DATE(2026, 3, 1)", YES),
        ("DATEVALUE(\"2026-03-01\") = DATE(2026, 3, 1)", YES),
        ("DATETIMEVALUE(\"2026-03-01 12:00:00\") = Met__c", YES),
        ("HOUR(TIMEVALUE(Met__c))", n(12.0)),
        ("UNIXTIMESTAMP(FROMUNIXTIME(60))", n(60.0)),
        ("FORMATDURATION(3661)", t("01:01:01")),
        ("DATE(2026, 2, 30)", BLANK),
    ]);
}

#[test]
fn related_rows_and_the_running_user_are_in_reach() {
    Row::new().table(&[
        ("Partner__r.Name", t("Globex")),
        ("Partner__r.Parent.Name", BLANK),
        ("Owner:User.Username", t("ann@example.com")),
        ("Owner:Queue.Name", BLANK),
        ("$User.Id = OwnerId", YES),
        ("$Profile.Name", t("System Administrator")),
        ("LEN($Organization.Id)", n(15.0)),
        ("CreatedDate > $System.OriginDateTime", YES),
    ]);
}

#[test]
fn whats_wrong_is_told_with_its_place_and_a_hint() {
    let f = Fixture::new(&fields());
    for (text, place, message, hint) in [
        ("Compny = \"x\"", "Compny", "Lead has no field Compny", "did you mean Company?"),
        ("ISBLNK(Company)", "ISBLNK(Company)", "unknown function ISBLNK", "did you mean ISBLANK?"),
        (
            "URLFOR(Company) = \"\"",
            "URLFOR(Company)",
            "the function URLFOR is not supported by this org",
            "say it another way",
        ),
        (
            "LeadSource = \"Web\"",
            "LeadSource",
            "a picklist cannot be compared",
            "use ISPICKVAL(field, \"value\") or TEXT(field)",
        ),
        (
            "LEN(NumberOfEmployees) > 1",
            "NumberOfEmployees",
            "LEN takes text, this is a number",
            "use TEXT(…)",
        ),
        ("Owner.Name = \"x\"", "Owner.Name", "Owner is Group or User", "write Owner:User.…"),
        (
            "YEAR(CreatedDate) > 1",
            "CreatedDate",
            "YEAR takes a date, this is a date and time",
            "use DATEVALUE(…)",
        ),
        (
            "LEN(Company)",
            "LEN(Company)",
            "a condition is true or false, this is a number",
            "compare it with something",
        ),
        (
            "$Api.Session_ID = \"\"",
            "$Api.Session_ID",
            "$Api is not supported by this org",
            "there are $User, $Profile, $UserRole, $RecordType, $Organization, $Permission, $Label, $Setup, $CustomMetadata and $System.OriginDateTime",
        ),
    ] {
        let problems = check(f.org.schema(), "Lead", text);
        let problem = problems.first().unwrap_or_else(|| panic!("{text}"));
        assert_eq!(&text[problem.range.clone()], place, "{text}");
        assert_eq!(
            (problem.message.as_str(), problem.hint.as_deref()),
            (message, Some(hint)),
            "{text}"
        );
    }
}

#[test]
fn arguments_and_patterns_are_checked_and_all_problems_come_at_once() {
    let f = Fixture::new(&fields());
    for (text, message) in [
        ("LEFT(Company) = \"\"", "LEFT takes 2 arguments, not 1"),
        ("Company > 1", "text > a number does not go together"),
        (
            "ISCHANGED(Partner__r.Name)",
            "ISCHANGED takes a field of the record itself, this is text",
        ),
        ("REGEX(Company, \"(\")", "a group is not closed"),
        ("AND(Company = \"x\"", "expected \",\" or \")\", found the end"),
    ] {
        assert_eq!(check(f.org.schema(), "Lead", text)[0].message, message, "{text}");
    }
    let two = check(f.org.schema(), "Lead", "Foo__c = 1 && Bar__c = 2");
    assert_eq!(two.len(), 2, "all problems at once");
    assert!(check(f.org.schema(), "Lead", "ISNEW()").is_empty());
    assert!(!check(f.org.schema(), "Lead", &"(".repeat(5_000)).is_empty());
}

fn rule(name: &str, when: &str, field: Option<&str>) -> ValidationRuleSeed {
    ValidationRuleSeed {
        object: "Lead".to_owned(),
        name: name.to_owned(),
        when: when.to_owned(),
        message: format!("{name}!"),
        field: field.map(str::to_owned),
        active: true,
    }
}

#[test]
fn every_rule_that_fires_is_told_with_required_fields() {
    let mut seed = fields();
    seed.validation_rules = vec![
        rule("Country", "ISBLANK(Country)", Some("Country")),
        rule("Small", "NumberOfEmployees < 10", None),
        rule("Blank", "Score__c > 1", None),
    ];
    let mut f = Fixture::new(&seed);
    assert_eq!(
        f.create("Lead", json!({"LastName": "L", "NumberOfEmployees": 3})).unwrap_err(),
        "REQUIRED_FIELD_MISSING: Required fields are missing: [Company] [Company]\n\
         FIELD_CUSTOM_VALIDATION_EXCEPTION: Country! [Country]\n\
         FIELD_CUSTOM_VALIDATION_EXCEPTION: Small! []"
    );
    f.org.set_rule_active("Country", false);
    f.lead(json!({"NumberOfEmployees": 30}));
}

#[test]
fn rules_know_what_is_new_and_what_has_changed() {
    let mut seed = fields();
    seed.validation_rules = vec![
        rule("Insert", "ISNEW() && Company = \"New\"", None),
        rule("Moved", "ISCHANGED(Country) && PRIORVALUE(Country) = \"DE\"", None),
        rule("Same", "NOT(ISNEW()) && PRIORVALUE(Company) = Company && City = \"Bonn\"", None),
    ];
    let mut f = Fixture::new(&seed);
    assert!(
        f.create("Lead", json!({"LastName": "L", "Company": "New"}))
            .unwrap_err()
            .contains("Insert!")
    );
    let id = f.lead(json!({"Country": "DE"}));
    f.update(id, json!({"Company": "New"})).unwrap();
    assert!(f.update(id, json!({"Country": "FR"})).unwrap_err().contains("Moved!"));
    f.update(id, json!({"Country": "DE"})).unwrap();
    assert!(f.update(id, json!({"City": "Bonn"})).unwrap_err().contains("Same!"));
}

#[test]
fn a_broken_rule_makes_no_org() {
    let mut seed = seed();
    seed.validation_rules = vec![rule("Broken", "Compny = 1", None)];
    let error = Org::new(&seed, NOW).unwrap_err();
    assert_eq!(
        error.to_string(),
        "validation rule Broken: Lead has no field Compny at 0..6 (did you mean Company?)"
    );
}

#[test]
fn labels_settings_metadata_and_permissions_are_in_reach() {
    let mut seed = fields();
    seed.labels.insert("Greeting".to_owned(), json!("Hello"));
    seed.custom_settings.insert("Rates__c".to_owned(), json!({"Low__c": 3, "On__c": true}));
    seed.custom_metadata
        .insert("Tier__mdt".to_owned(), json!({"Gold": {"Limit__c": 10}, "Tin": {"Limit__c": 1}}));
    seed.custom_permissions = vec!["Skip_Rules".to_owned(), "Other".to_owned()];
    let mut user = seed.users[0].clone();
    user.permissions.custom.insert("Skip_Rules".to_owned(), true);
    seed.users[0] = user;
    let mut row = Row { f: Fixture::new(&seed), id: SfId::EMPTY };
    row.id = row.f.lead(json!({}));
    row.table(&[
        ("$Label.Greeting & \"!\"", t("Hello!")),
        ("$Setup.Rates__c.Low__c + 1", n(4.0)),
        ("$setup.rates__c.on__c", YES),
        ("$CustomMetadata.Tier__mdt.Gold.Limit__c", n(10.0)),
        ("$Permission.Skip_Rules", YES),
        ("$Permission.other", NO),
    ]);
    let schema = row.f.org.schema();
    let lead = schema.index_of("Lead").unwrap();
    for (text, said) in [
        ("$Label.Farewell", "not defined"),
        ("$Permission.Nothing", "no custom permission"),
        ("$ObjectType.Lead.Fields.Name", "VLOOKUP only"),
        ("$Api.Session_ID", "not supported"),
    ] {
        let problems = Formula::compile(schema, lead, text).unwrap_err();
        assert!(problems[0].message.contains(said), "{text}: {problems:?}");
    }
}

#[test]
fn vlookup_finds_a_record_by_its_name() {
    let mut seed = fields();
    let object = json!({"name": "Zip__c", "fields": [{"name": "State__c", "type": "string"}, {"name": "Rate__c", "type": "double", "scale": 2}]});
    seed.objects.push(serde_json::from_value(object).unwrap());
    let mut row = Row { f: Fixture::new(&seed), id: SfId::EMPTY };
    row.f.create("Zip__c", json!({"Name": "94105", "State__c": "CA", "Rate__c": 8.5})).unwrap();
    row.id = row.f.lead(json!({"PostalCode": "94105"}));
    let by = "$ObjectType.Zip__c.Fields.Name";
    row.table(&[
        (&format!("VLOOKUP($ObjectType.Zip__c.Fields.State__c, {by}, PostalCode)"), t("CA")),
        (&format!("VLOOKUP($ObjectType.Zip__c.Fields.Rate__c, {by}, PostalCode) * 2"), n(17.0)),
        (&format!("VLOOKUP($ObjectType.Zip__c.Fields.State__c, {by}, \"0\")"), BLANK),
        (&format!("VLOOKUP($ObjectType.Zip__c.Fields.State__c, {by}, City)"), BLANK),
    ]);
    let schema = row.f.org.schema();
    let lead = schema.index_of("Lead").unwrap();
    for (text, said) in [
        ("VLOOKUP(Name, Name, City)".to_owned(), "fields of another object"),
        (format!("VLOOKUP({by})"), "3 arguments"),
        (format!("VLOOKUP({by}, $ObjectType.Zip__c.Fields.State__c, City)"), "record name"),
        (format!("VLOOKUP($ObjectType.Zip__c.Fields.Nothing, {by}, City)"), "no field"),
        (format!("VLOOKUP({by}, {by}, 1)"), "takes text"),
    ] {
        let problems = Formula::compile(schema, lead, &text).unwrap_err();
        assert!(problems[0].message.contains(said), "{text}: {problems:?}");
    }
}

#[test]
fn operators_bind_as_the_platform_binds_them() {
    Row::new().table(&[
        ("2 + 3 * 4 - 8 / 2", n(10.0)),
        ("(2 + 3) * 4", n(20.0)),
        // Not as in mathematics: a real org multiplies first.
        ("2 * 2 ^ 3", n(64.0)),
        ("2 + 2 ^ 3", n(10.0)),
        ("2 ^ 3 ^ 2", n(64.0)),
        ("-2 ^ 2", n(4.0)),
        ("10 - 4 - 3", n(3.0)),
        ("\"a\" & \"b\" + \"c\"", t("abc")),
        ("1 = 1 && 2 <> 3 || FALSE", YES),
        ("1 == 1 && 2 != 2", NO),
        ("TRUE = 1 < 2", YES),
        ("1 <= 1 && 1 >= 1 && !(1 > 1)", YES),
        ("TRUE || FALSE && FALSE", YES),
        ("/* first */ 1 /* one */ + /* two\n */ 2", n(3.0)),
        ("and(TRUE, Or(false, tRuE), not(FALSE))", YES),
    ]);
}

#[test]
fn texts_know_six_escapes() {
    Row::new().table(&[
        (r#""say \"hi\"""#, t("say \"hi\"")),
        (r"'it\'s'", t("it's")),
        (r#""a\\b""#, t("a\\b")),
        (r#""a\nb\tc\rd""#, t("a\nb\tc\rd")),
        (r#"REGEX("94105-1234", "\\d{5}(-\\d{4})?")"#, YES),
        (r#"REGEX("x94105", "\\d{5}")"#, NO),
    ]);
    let f = Fixture::new(&fields());
    let problems = check(f.org.schema(), "Lead", r#"REGEX(Phone, "\d+")"#);
    assert!(problems[0].message.contains("after a backslash, found \"d\""), "{problems:?}");
}

#[test]
fn and_or_and_if_look_no_further_than_they_must() {
    Row::new().table(&[
        ("AND(FALSE, 1 / 0 = 1)", NO),
        ("FALSE && Score__c > 1", NO),
        ("OR(TRUE, 1 / 0 = 1)", YES),
        ("TRUE || Score__c > 1", YES),
        ("IF(TRUE, 1, 1 / 0)", n(1.0)),
        ("CASE(2, 1, 1 / 0, 2, 5, 1 / 0)", n(5.0)),
        ("AND(TRUE, Score__c > 1)", BLANK),
        ("IF(Score__c = 1, \"yes\", \"no\")", t("no")),
    ]);
}

#[test]
fn kinds_that_do_not_fit_are_compile_errors() {
    let f = Fixture::new(&fields());
    for (text, message) in [
        ("LeadSource = \"Web\"", "a picklist cannot be compared"),
        ("Colours__c = \"Red\"", "a multi-select picklist cannot be compared"),
        ("TEXT(Colours__c) = \"Red\"", "this is a multi-select picklist"),
        ("ISPICKVAL(Colours__c, \"Red\")", "this is a multi-select picklist"),
        ("INCLUDES(LeadSource, \"Web\")", "this is a picklist"),
        ("Company < \"M\"", "text < text does not go together"),
        ("TEXT(Company) = \"x\"", "TEXT takes a number"),
        ("CASE(Ok__c, TRUE, 1, 2) = 1", "CASE takes text, a number"),
        ("CASE(1, 1, TRUE, FALSE)", "CASE takes text, a number"),
        ("BLANKVALUE(Ok__c, TRUE)", "BLANKVALUE takes text, a number"),
        ("IF(TRUE, 1, \"a\") = 1", "the values of IF are of different kinds"),
        ("Due__c = Met__c", "a date = a date and time does not go together"),
        ("NumberOfEmployees & \"x\" = \"1x\"", "& takes text"),
        ("ISBLANK(FORMATDURATION(Met__c, 5))", "FORMATDURATION takes a date and time after"),
        ("GEOLOCATION(1, 2) = GEOLOCATION(1, 2)", "does not go together"),
    ] {
        let problems = check(f.org.schema(), "Lead", text);
        let told = problems.first().map_or("nothing", |problem| problem.message.as_str());
        assert!(told.contains(message), "{text}: {told}");
    }
}

#[test]
fn on_insert_nothing_has_changed_and_the_prior_value_is_the_value() {
    Row::new().table(&[
        ("ISNEW()", YES),
        ("ISCHANGED(Company)", NO),
        ("PRIORVALUE(Company) = Company", YES),
        ("ISPICKVAL(PRIORVALUE(LeadSource), \"Web\")", YES),
        ("ISCLONE()", NO),
    ]);
}

#[test]
fn a_changed_owner_is_seen_from_a_flow_and_not_from_an_assignment_rule() {
    let mut ruled = fields();
    ruled.validation_rules = vec![rule("Owner", "ISCHANGED(OwnerId)", None)];
    let mut flowing = ruled.clone();
    ruled.assignment_rules.push(AssignmentRuleSeed {
        entries: vec![AssignmentEntrySeed { when: None, owner: Some("Rita Rep".to_owned()) }],
        ..AssignmentRuleSeed::default()
    });
    let mut f = Fixture::new(&ruled);
    f.cx.assignment = AssignmentHeader::False;
    let id = f.lead(json!({}));
    f.cx.assignment = AssignmentHeader::True;
    f.update(id, json!({"City": "Bonn"})).unwrap();
    assert_eq!(f.owner_of(id), "Rita Rep", "the rule has run, after the validation");

    flowing.flows.push(FlowSeed {
        name: "Take over".to_owned(),
        stage: FlowStage::BeforeSave,
        when: Some("City = \"Bonn\"".to_owned()),
        owner: Some("Rita Rep".to_owned()),
        ..FlowSeed::default()
    });
    let mut f = Fixture::new(&flowing);
    let id = f.lead(json!({}));
    assert!(f.update(id, json!({"City": "Bonn"})).unwrap_err().contains("Owner!"));
}

#[test]
fn a_formula_has_a_longest_text_and_a_largest_size() {
    let mut seed = fields();
    let long = format!("LEN(\"{}\")", "x".repeat(3_700));
    let length =
        CustomField { formula: Some(long), ..CustomField::new("Length__c", FieldKind::Double) };
    seed.fields.get_mut("Lead").unwrap().push(length);
    let f = Fixture::new(&seed);
    let problems = |text: &str| check(f.org.schema(), "Lead", text);
    let of = |letters: usize| format!("LEN(\"{}\") > 1", "x".repeat(letters));
    let rest = of(0).len();
    assert!(problems(&of(3_900 - rest)).is_empty());
    assert_eq!(
        problems(&of(3_901 - rest))[0].message,
        "the formula is longer than 3900 characters"
    );
    assert!(problems("Length__c + Length__c + Length__c + Length__c > 1").is_empty());
    let five = problems("Length__c + Length__c + Length__c + Length__c + Length__c > 1");
    assert!(five[0].message.contains("more than 15000"), "{five:?}");
}

#[test]
fn what_rules_may_say_of_a_save_no_field_may() {
    for (function, formula) in [
        ("ISNEW", "IF(ISNEW(), 1, 2)"),
        ("ISCHANGED", "IF(NOT(ISCHANGED(City)), 1, 2)"),
        ("PRIORVALUE", "LEN(PRIORVALUE(City)) + 1"),
        ("REGEX", "IF(REGEX(City, \"B.*\"), 1, 2)"),
    ] {
        let mut seed = fields();
        seed.fields.get_mut("Lead").unwrap().push(CustomField {
            formula: Some(formula.to_owned()),
            ..CustomField::new("Made__c", FieldKind::Double)
        });
        let refused = Org::new(&seed, NOW).unwrap_err().to_string();
        let told = format!("Function {function} may not be used in this type of formula");
        assert!(refused.contains(&told), "{refused}");
        assert!(check(Fixture::plain().org.schema(), "Lead", &format!("{formula} = 1")).is_empty());
    }
}

/// The examples are those that Salesforce documents, or follow from its sentences.
fn examples() -> Vec<(&'static str, Value)> {
    let mut all = text_examples();
    all.extend(number_examples());
    all.extend(date_examples());
    all.extend([
        ("AND(TRUE, TRUE)", YES),
        ("OR(FALSE, FALSE)", NO),
        ("NOT(FALSE)", YES),
        ("IF(NumberOfEmployees > 10, \"big\", \"small\")", t("big")),
        ("CASE(NumberOfEmployees, 1, \"one\", 12, \"dozen\", \"many\")", t("dozen")),
        ("CASE(LeadSource, \"Web\", 1, 0)", n(1.0)),
        ("ISBLANK(\" \")", NO),
        ("ISNULL(Score__c)", YES),
        ("BLANKVALUE(Score__c, 7)", n(7.0)),
        ("NULLVALUE(Due__c, TODAY()) = Due__c", YES),
        ("ISPICKVAL(LeadSource, \"Other\")", NO),
        ("INCLUDES(Colours__c, \"Green\")", YES),
        ("PICKLISTCOUNT(Colours__c)", n(2.0)),
        ("ISNEW()", YES),
        ("ISCHANGED(City)", NO),
        ("PRIORVALUE(NumberOfEmployees)", n(12.0)),
        ("ISCLONE()", NO),
    ]);
    all
}

fn text_examples() -> Vec<(&'static str, Value)> {
    vec![
        ("TEXT(DATE(2026, 3, 1))", t("2026-03-01")),
        ("VALUE(\" 11 \")", n(11.0)),
        ("VALUE(\"eleven\")", BLANK),
        ("ISNUMBER(\"-1.5\")", YES),
        ("LEN(\"hello\")", n(5.0)),
        ("TRIM(\" a b \")", t("a b")),
        ("LEFT(\"hello\", 2)", t("he")),
        ("LEFT(\"hello\", -1)", BLANK),
        ("RIGHT(\"hello\", 2)", t("lo")),
        ("MID(\"hello\", 2, 3)", t("ell")),
        ("MID(\"hello\", 0, 2)", t("he")),
        ("UPPER(\"ab\") & UPPER(\"ab\", \"tr\")", t("ABAB")),
        ("LOWER(\"AB\")", t("ab")),
        ("INITCAP(\"FELIX d'arc\")", t("Felix D'Arc")),
        ("REVERSE(\"abc\")", t("cba")),
        ("CONTAINS(\"hello\", \"ell\")", YES),
        ("CONTAINS(City, \"\")", YES),
        ("BEGINS(\"hello\", \"he\")", YES),
        ("FIND(\"l\", \"hello\")", n(3.0)),
        ("FIND(\"l\", \"hello\", 4)", n(4.0)),
        ("SUBSTITUTE(\"hello\", \"l\", \"L\")", t("heLLo")),
        ("LPAD(\"ab\", 5, \"xyz\")", t("xyzab")),
        ("LPAD(\"ab\", 4) & \"|\"", t("  ab|")),
        ("LPAD(City, 3, \"0\")", BLANK),
        ("RPAD(\"abcdef\", 3, \"x\")", t("abc")),
        ("REGEX(\"aab\", \"a*b\")", YES),
        ("CASESAFEID(\"00D000000000062\")", t("00D000000000062EAA")),
        ("BR()", t("\n")),
        ("HYPERLINK(\"/x\", \"X\")", t("<a href=\"/x\" target=\"_blank\">X</a>")),
        ("HYPERLINK(\"/x\", \"X\", \"_self\")", t("<a href=\"/x\" target=\"_self\">X</a>")),
        ("IMAGE(\"/i.gif\", \"I\")", t("<img src=\"/i.gif\" alt=\"I\" border=\"0\"/>")),
        (
            "IMAGE(\"/i.gif\", \"I\", 10, 20)",
            t("<img src=\"/i.gif\" alt=\"I\" style=\"height:10px; width:20px;\" border=\"0\"/>"),
        ),
        ("ASCII(\"A\")", n(65.0)),
        ("CHR(65)", t("A")),
    ]
}

fn number_examples() -> Vec<(&'static str, Value)> {
    vec![
        ("ABS(-1.5)", n(1.5)),
        ("ROUND(1.5, 0)", n(2.0)),
        ("ROUND(-1.5, 0)", n(-2.0)),
        ("ROUND(225.49823, 2)", n(225.5)),
        ("TRUNC(-1.29, 1)", n(-1.2)),
        ("CEILING((0.1 + 0.2) * 10)", n(3.0)),
        ("CEILING(-2.5)", n(-3.0)),
        ("FLOOR(-2.5)", n(-2.0)),
        ("MCEILING(-2.5)", n(-2.0)),
        ("MFLOOR(-2.5)", n(-3.0)),
        ("MOD(123, 100)", n(23.0)),
        ("MOD(3, 0)", BLANK),
        ("MAX(1, 3, 2)", n(3.0)),
        ("MIN(1, 3, 2)", n(1.0)),
        ("SQRT(9)", n(3.0)),
        ("SQRT(-1)", BLANK),
        ("EXP(0)", n(1.0)),
        ("LN(EXP(2))", n(2.0)),
        ("LOG(100)", n(2.0)),
        ("FLOOR(PI() * 100)", n(314.0)),
        ("DISTANCE(GEOLOCATION(1, 1), GEOLOCATION(1, 1), \"mi\")", n(0.0)),
    ]
}

fn date_examples() -> Vec<(&'static str, Value)> {
    vec![
        ("TODAY() - DATE(2026, 3, 1)", n(1.0)),
        ("NOW() - Met__c", n(1.0)),
        ("HOUR(TIMENOW())", n(12.0)),
        ("MONTH(DATEVALUE(\"2026-12-31\"))", n(12.0)),
        ("DATETIMEVALUE(\"2026-03-01 12:00:00\") = Met__c", YES),
        ("YEAR(Due__c)", n(2026.0)),
        ("DAY(Due__c)", n(31.0)),
        ("WEEKDAY(DATE(2026, 3, 1))", n(1.0)),
        ("DAYOFYEAR(DATE(2024, 12, 31))", n(366.0)),
        ("ISOWEEK(DATE(2027, 1, 1))", n(53.0)),
        ("ISOYEAR(DATE(2027, 1, 1))", n(2026.0)),
        ("ADDMONTHS(DATE(2026, 2, 28), 1) = DATE(2026, 3, 31)", YES),
        ("ADDMONTHS(DATE(2026, 1, 30), 1) = DATE(2026, 2, 28)", YES),
        ("MINUTE(TIMEVALUE(\"17:30:45.125\"))", n(30.0)),
        ("SECOND(TIMEVALUE(\"17:30:45.125\"))", n(45.0)),
        ("MILLISECOND(TIMEVALUE(\"17:30:45.125\"))", n(125.0)),
        ("UNIXTIMESTAMP(DATETIMEVALUE(\"1970-01-02 00:00:00\"))", n(86_400.0)),
        ("FROMUNIXTIME(0) = DATETIMEVALUE(\"1970-01-01 00:00:00\")", YES),
        ("FORMATDURATION(90061)", t("25:01:01")),
        ("FORMATDURATION(90061, TRUE)", t("1:01:01:01")),
        ("FORMATDURATION(Met__c, NOW())", t("1:00:00:00")),
        ("FORMATDURATION(TIMEVALUE(\"08:00:00\"), TIMEVALUE(\"09:30:00\"))", t("01:30:00")),
    ]
}

#[test]
fn every_function_gives_what_its_documentation_says() {
    let row = Row::new();
    let examples = examples();
    for (text, expected) in &examples {
        let real = row.value(text);
        let near = match (&real, expected) {
            (Value::Double(a), Value::Double(b)) => (a - b).abs() < 1e-9,
            (a, b) => a == b,
        };
        assert!(near, "{text}: {real:?}");
    }
    let refused = listed(|row| row["status"] == "refused");
    for construct in constructs().into_iter().filter(|name| name.chars().all(char::is_alphanumeric))
    {
        let shown = examples.iter().any(|(text, _)| text.contains(&format!("{construct}(")));
        let elsewhere = construct == "VLOOKUP" || refused.contains(&construct.to_owned());
        assert!(shown || elsewhere, "{construct}");
    }
}

/// The constructs of the rows of the support matrix that are meant, without their prefix.
fn listed(meant: impl Fn(&serde_json::Value) -> bool) -> Vec<String> {
    let rows: serde_json::Value =
        serde_json::from_str(include_str!("../../data/support/formula.json")).unwrap();
    let rows = rows.as_array().unwrap().iter().filter(|row| meant(row));
    let all = rows.flat_map(|row| row["constructs"].as_array().into_iter().flatten());
    all.map(|one| one.as_str().unwrap().strip_prefix("formula:").unwrap().to_owned()).collect()
}

#[test]
fn every_formula_construct_has_a_row_in_the_support_matrix() {
    let mut listed = listed(|_| true);
    let mut known: Vec<String> = constructs().into_iter().map(str::to_owned).collect();
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
}
