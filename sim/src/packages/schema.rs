//! What the packages add to the org's schema: fields of standard objects, and two objects of their own.

use mock_salesforce::{
    FieldKind,
    schema::{CustomField, CustomObject},
    seed::OrgSeed,
};
use scenarios::ast;

/// A response that is active: the person is worth an owner, and nobody has closed it.
pub(crate) const ACTIVE: &str = "Response_Active__c";
/// How far a response is: waiting, or completed.
pub(crate) const STATE: &str = "Response_State__c";
/// Since when it waits.
pub(crate) const SINCE: &str = "Response_Since__c";
/// It raised the alarm.
pub(crate) const STUCK: &str = "Response_Stuck__c";
/// The owner with whom it was completed.
pub(crate) const FIRST_OWNER: &str = "First_Owner__c";
/// When that was.
pub(crate) const FIRST_OWNER_AT: &str = "First_Owner_At__c";
/// Minutes from the response to its first owner.
pub(crate) const FIRST_OWNER_MINUTES: &str = "First_Owner_Minutes__c";
/// The number under which its decisions are written down.
pub(crate) const LOG: &str = "Response_Log__c";
/// The account that a lead was matched with.
pub(crate) const MATCHED_ACCOUNT: &str = "Matched_Account__c";
/// How often the lead was assigned since its last new active response.
pub(crate) const ASSIGNMENTS: &str = "Assignments__c";
/// The status of a contact that was a lead.
pub(crate) const CONTACT_STATUS: &str = "Contact_Status__c";
/// A round robin, by the name of its rule.
pub(crate) const ROUND_ROBIN: &str = "Round_Robin__c";
/// The name of its rule.
pub(crate) const ROUND: &str = "Rule__c";
/// How many leads it has given out.
pub(crate) const TURNS: &str = "Turns__c";
/// A decision of a package.
pub(crate) const DECISION: &str = "Package_Decision__c";

const MEMBER: &str = "CampaignMember";
/// Longest text of a decision's field, in characters.
pub(super) const DECISION_TEXT_MAX: usize = 32_000;

/// The fields of standard objects, as the files of scenarios may name them.
pub(crate) fn fields() -> Vec<(&'static str, CustomField)> {
    let text = |name: &str| CustomField::new(name, FieldKind::String);
    let plain = CustomField::new;
    vec![
        (MEMBER, plain(ACTIVE, FieldKind::Boolean)),
        (MEMBER, text(STATE)),
        (MEMBER, plain(SINCE, FieldKind::DateTime)),
        (MEMBER, plain(STUCK, FieldKind::Boolean)),
        (MEMBER, text(LOG)),
        (MEMBER, reference(FIRST_OWNER, &["Group", "User"])),
        (MEMBER, plain(FIRST_OWNER_AT, FieldKind::DateTime)),
        (MEMBER, plain(FIRST_OWNER_MINUTES, FieldKind::Double)),
        ("Lead", reference(MATCHED_ACCOUNT, &["Account"])),
        ("Lead", plain(ASSIGNMENTS, FieldKind::Double)),
        ("Contact", text(CONTACT_STATUS)),
    ]
}

fn reference(name: &str, to: &[&str]) -> CustomField {
    let reference_to = to.iter().map(|it| (*it).to_owned()).collect();
    CustomField { reference_to, ..CustomField::new(name, FieldKind::Reference) }
}

/// The same fields in the words of scenario files.
pub(crate) fn words() -> Vec<(&'static str, ast::CustomField)> {
    let word = |field: &CustomField| {
        let kind = match field.kind {
            FieldKind::Boolean => ast::FieldKind::Checkbox,
            FieldKind::DateTime => ast::FieldKind::Datetime,
            FieldKind::Double => ast::FieldKind::Number,
            FieldKind::Reference => ast::FieldKind::Reference,
            _ => ast::FieldKind::Text,
        };
        ast::CustomField::new(field.name.as_str(), kind)
    };
    fields().iter().map(|(object, field)| (*object, word(field))).collect()
}

/// Adds everything to the seed of an org.
pub(crate) fn extend(seed: &mut OrgSeed) {
    for (object, field) in fields() {
        seed.fields.entry(object.to_owned()).or_default().push(field);
    }
    let round = vec![
        CustomField { unique: true, ..CustomField::new(ROUND, FieldKind::String) },
        CustomField::new(TURNS, FieldKind::Double),
    ];
    let short = super::decisions::SHORT.map(|name| CustomField::new(name, FieldKind::String));
    let long = super::decisions::LONG.map(|name| CustomField {
        length: u32::try_from(DECISION_TEXT_MAX).ok(),
        ..CustomField::new(name, FieldKind::TextArea)
    });
    seed.objects.push(CustomObject { fields: round, ..CustomObject::new(ROUND_ROBIN) });
    let fields = short.into_iter().chain(long).collect();
    seed.objects.push(CustomObject { fields, ..CustomObject::new(DECISION) });
}
