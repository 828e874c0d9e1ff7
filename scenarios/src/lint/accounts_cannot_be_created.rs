//! May the integration user create accounts? (AC-03, AC-04)
//!
//! Customers who set up Signals in early 2022 probably lack the permission: every push of theirs is refused.

use crate::ast::{Permission, Scenario};
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let is_enabled = scenario.engine.signals.as_ref().is_some_and(|signals| signals.enabled);
    let user = scenario.engine.connections.org_user.as_ref().map_or("org_user", |user| user);
    let users = scenario.world.users.iter().filter(|found| is_enabled && *found.key.text == *user);
    let lacks = users.flat_map(|user| {
        let permissions = user.permissions.iter().filter(|found| found.object == "Account");
        permissions.filter(|found| !found.allow.contains(&Permission::Create)).map(|_| &user.key)
    });
    lacks
        .map(|user| {
            let message = format!("the integration user `{user}` may not create accounts");
            Diagnostic::warning(user.span, message)
                .label("every account that Signals pushes will be refused")
                .help("add `create` to its permissions for Account")
        })
        .collect()
}
