//! Whose is a task, and what does it say?
//!
//! A task has the fields of its template, and is about the lead or contact (LL-16). It is assigned to the chosen user, who
//! has to be a user of the CRM (LL-19), and by default to the record's owner (LL-21). Where that is a queue, the fallback
//! user gets it, and the Sync User when none is configured (K-24).

use crate::{
    Config, CrmUsers, FieldValues, OwnerDecision, ProductUserId, RecordId, Rule, TaskTemplate,
    UserId, Value, assign::crm_user, convert::is_queue,
};

/// Whom a task is assigned to; an error when the chosen user cannot have one.
pub fn task_assignee(
    assignee: Option<&ProductUserId>,
    record_owner: Option<&UserId>,
    users: &CrmUsers,
    config: &Config,
) -> Result<OwnerDecision, Rule> {
    let given =
        |owner: UserId, because: Rule| OwnerDecision { owner, because, rejected: Vec::new() };
    if let Some(user) = assignee {
        let owner = crm_user(users, user).ok_or(Rule::UserNotLinked)?;
        return Ok(given(owner, Rule::TaskAssignee));
    }
    match record_owner {
        Some(owner) if !is_queue(owner, &config.org) => {
            Ok(given(owner.clone(), Rule::TaskRecordOwner))
        }
        _ => {
            let liaison = config.liaison.as_ref();
            let fallback = liaison.map(|it| it.fallback_user.as_ref().unwrap_or(&it.sync_user));
            Ok(given(fallback.unwrap_or(&config.org_user).clone(), Rule::TaskFallbackUser))
        }
    }
}

/// The task's fields.
pub fn task_fields(template: &TaskTemplate, who: &RecordId, owner: &UserId) -> FieldValues {
    let own = [("WhoId".into(), who.as_str().into()), ("OwnerId".into(), owner.as_str().into())];
    let of_template =
        template.fields.iter().map(|(field, value)| (field.clone(), Value::from(value.as_str())));
    own.into_iter().chain(of_template).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Liaison, acme};

    #[test]
    fn the_chosen_user_then_the_owner_then_the_fallback() {
        let check =
            |assignee: Option<&str>, owner: &str, fallback: Option<&str>, expect: Expect| {
                let mut config = acme::config();
                config.liaison =
                    Some(Liaison { fallback_user: fallback.map(UserId::from), ..acme::liaison() });
                let users = [("maria".into(), Some("dana".into())), ("tom".into(), None)].into();
                let assignee = assignee.map(ProductUserId::from);
                let found = task_assignee(assignee.as_ref(), Some(&owner.into()), &users, &config);
                expect.assert_eq(&match found {
                    Ok(it) => format!("{} ({})", it.owner, it.because),
                    Err(because) => because.to_string(),
                });
            };
        check(Some("maria"), "bo", None, expect!["dana (task.assignee)"]);
        check(Some("tom"), "bo", None, expect!["liaison.user_not_linked"]);
        check(None, "bo", None, expect!["bo (task.record_owner)"]);
        check(None, "q-web", Some("otto"), expect!["otto (task.fallback_user)"]);
        check(None, "q-web", None, expect!["sync (task.fallback_user)"]);
    }

    #[test]
    fn a_task_is_about_the_person_and_says_what_its_template_says() {
        let template = TaskTemplate { fields: vec![("Subject".into(), "Call back".to_owned())] };
        expect!["WhoId=L1 OwnerId=dana Subject=Call back"]
            .assert_eq(&acme::describe(&task_fields(&template, &"L1".into(), &"dana".into())));
    }
}
