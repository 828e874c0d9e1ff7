//! Voice calls and blocking: what they change of a visitor's sync, and what not (VV-30, VV-36, EV-25).

use scenarios::ast::{Action, Check, ExplainCheck, MessengerVerb, Outcome, Subject, Verb};

use super::creating::created;
use crate::population::{
    cast::Rep,
    visit::{Group, Say, Visit},
};

/// The rep blocks the visitor before anything was sent: the armed create is cancelled (VV-30, K-38).
pub(super) fn blocked(group: &mut Group<'_>) {
    let person = group.person(0);
    group.unknown(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    let block = MessengerVerb::Block { visitor: visit.name.clone(), by: rep.key };
    visit.then(group, (10, 60), Verb::Messenger(block));
    visit.leave(group);
    group.expect_leads(&person, 0);
    let say = Say {
        action: Some(Action::Create),
        outcome: Some(Outcome::NoOp),
        reasons: &["call.blocked_cancels"],
        ..Say::default()
    };
    group.expect_explained(&visit, say);
    group.truth(&visit, None, None);
}

/// The chat has a call in it: the lead is the rep's all the same, and the Event knows nothing of the call (EV-25).
pub(super) fn a_call_in_the_chat(group: &mut Group<'_>) {
    let person = group.person(0);
    let held = group.maybe_known(&person);
    let rep = group.rep();
    let mut visit = group.visitor(0, 0);
    visit.land_somehow(group, &person);
    visit.start(group, "pricing");
    visit.enter_all(group, &person, &[]);
    visit.chat(group, &rep);
    talks(group, &mut visit, &rep);
    visit.end_chat(group);
    visit.leave(group);
    let owner = rep.owner();
    let reasons = ["trigger.rep_started", rep.because("owner.chat_rep")];
    created(group, &visit, (&person, &held), (&owner, &reasons));
    let mut check = ExplainCheck::new(Subject::Visitor(visit.name.clone()));
    check.action = Some(Action::ConversationEvent);
    check.reasons = vec!["call.no_trace".into()];
    group.expect(Check::Explain(check));
}

/// Both switch their microphones on; the visitor's browser asks first. Either ends the call.
fn talks(group: &mut Group<'_>, visit: &mut Visit, rep: &Rep) {
    let visitor = visit.name.clone();
    let ends = if group.draws.chance(1, 2) { "visitor".into() } else { rep.key.clone() };
    let on = |by| MessengerVerb::SwitchMedia {
        visitor: visitor.clone(),
        by,
        microphone: Some(true),
        camera: None,
    };
    let granted = |by| MessengerVerb::AnswerPrompt { visitor: visitor.clone(), by, granted: true };
    let allow =
        MessengerVerb::AllowVisitor { visitor: visitor.clone(), by: rep.key.clone(), video: false };
    let end = MessengerVerb::EndCall { visitor: visitor.clone(), by: ends };
    let verbs = [
        on(rep.key.clone()),
        granted(rep.key.clone()),
        on("visitor".into()),
        granted("visitor".into()),
        allow,
        end,
    ];
    for verb in verbs {
        visit.then(group, (2, 10), Verb::Messenger(verb));
    }
}
