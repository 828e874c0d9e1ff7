//! `kind:` of a fault: is there such a fault, and does it take what it is told?

use crate::ast::NamedFault;
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};

impl<'a> Checker<'a> {
    pub(super) fn named_fault(&mut self, named: &'a NamedFault) {
        let known = self.vocabulary.fault_kinds();
        let Some(kind) = known.iter().find(|kind| *named.kind == *kind.name) else {
            let words: Vec<&str> = known.iter().map(|kind| kind.name).collect();
            return self.unknown(code::UNKNOWN_FAULT, "fault", &named.kind, words);
        };
        for given in named.given().filter(|given| !kind.takes.contains(given)) {
            let help = match kind.takes {
                [] => "leave it out".to_owned(),
                takes => format!("it takes {}", takes.join(", ")),
            };
            let message = format!("`{given}` means nothing to the fault `{}`", kind.name);
            self.out
                .push(Diagnostic::error(code::CONTRADICTION, named.kind.span, message).help(help));
        }
    }
}
