//! The shipped suites bite: whichever rule of the engine is bent, a scenario that names the requirement turns red.
//!
//! A bend is a wrapper of [`Rules`] that answers one question wrongly and every other as it should be. The engine itself
//! holds nothing broken.

mod acting;
mod campaigns;
mod events;
mod firing;
mod identity;
mod leaving;
mod mapping;
mod matching;
mod meetings;
mod owning;
mod refusing;

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use engine::{
    Account, AccountKey, AccountMatch, ActionDecision, ActionFacts, BookingFacts, Config,
    ConversationEvent, DeviceId, EmailKey, EmailSource, FieldName, FieldPlan, FieldValues, Firing,
    FiringFacts, IdentityDecision, MatchResult, MeetingEvent, MeetingOwner, MeetingTime,
    MemberPerson, MemberPlan, MemberTarget, Met, Missing, NotAnEmail, Offer, OwnerDecision,
    OwnerFacts, Person, Profile, PushAction, PushTiming, RecordId, Refusal, RefusedWrite,
    RetryPolicy, Row, Rule, Rules, Settings, Stay, StayFacts, Talk, TalkFacts, TalkMove, Timestamp,
    UserId, Verdict,
};
use scenarios::{ast::Scenario, catalogue::Catalogue};
use sim::{
    RunOptions, run_with,
    suite::{Suite, discover},
};

/// One rule, bent.
struct Bend {
    name: &'static str,
    /// What is wrong with it.
    what: &'static str,
    /// The requirements that it violates: for each one a scenario that names it must turn red.
    breaks: &'static [&'static str],
    /// The questions that it answers wrongly.
    methods: &'static [&'static str],
    rules: &'static (dyn Rules + Sync),
}

/// Declares bends: a name, what is wrong, which requirements are violated, and the answers that differ.
macro_rules! bends {
    ($(
        #[doc = $what:literal]
        $name:ident breaks [$($id:literal),+ $(,)?] {
            $(fn $method:ident $(<$life:lifetime>)? (
                &self $(, $argument:ident: $type:ty)* $(,)?
            ) -> $answer:ty $body:block)+
        }
    )+) => {
        $(
            struct $name;

            impl engine::Rules for $name {
                $(fn $method $(<$life>)? (&self $(, $argument: $type)*) -> $answer $body)+
            }
        )+

        pub(super) const BENDS: &[super::Bend] = &[$(super::Bend {
            name: stringify!($name),
            what: $what,
            breaks: &[$($id),+],
            methods: &[$(stringify!($method)),+],
            rules: &$name,
        }),+];
    };
}
use bends;

const FAMILIES: &[&[Bend]] = &[
    acting::BENDS,
    campaigns::BENDS,
    events::BENDS,
    firing::BENDS,
    identity::BENDS,
    leaving::BENDS,
    mapping::BENDS,
    matching::BENDS,
    meetings::BENDS,
    owning::BENDS,
    refusing::BENDS,
];

/// The rules of a bend, as a type that every engine of this test shares.
#[derive(Clone, Copy)]
struct Bent(&'static (dyn Rules + Sync));

/// Gated requirements that no answer of [`Rules`] can violate, and what would have to be broken instead.
const NOT_ASKED: &[(&str, &str)] = &[
    ("CN-05d", "the one session of the engine"),
    ("EV-13", "the one session of the engine"),
    ("EV-22", "the one session of the engine"),
    ("EV-26", "that no Event is ever updated"),
    ("EV-27d", "the read-back and the outbox"),
    ("EV-29d", "the queue of what waits for a lead"),
    ("EX-01", "that a push step or a rep's click is all that opens a sync"),
    ("EX-11d", "that steps run in their order"),
    ("LC-02", "that a sync creates leads only"),
    ("LC-03", "the header of every write"),
    ("TS-01", "that a push step or a rep's click is all that opens a sync"),
];

/// Hands every question on, and lists the questions.
macro_rules! hand_on {
    ($(fn $method:ident $(<$life:lifetime>)? (&self $(, $argument:ident: $type:ty)*) -> $answer:ty;)+) => {
        impl Rules for Bent {
            $(fn $method $(<$life>)? (&self $(, $argument: $type)*) -> $answer {
                self.0.$method($($argument),*)
            })+
        }

        const QUESTIONS: &[&str] = &[$(stringify!($method)),+];
    };
}

hand_on! {
    fn normalise_email(&self, text: &str) -> Result<EmailKey, NotAnEmail>;
    fn identify(&self, known: Option<(&EmailKey, EmailSource)>, heard: (&EmailKey, EmailSource)) -> IdentityDecision;
    fn contacts_behind(&self, key: &EmailKey, found: &[Person]) -> Vec<RecordId>;
    fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a>;
    fn select_duplicate<'a>(&self, named: &'a [Person]) -> MatchResult<'a>;
    fn account_key(&self, company: Option<&str>, email: Option<&EmailKey>) -> AccountKey;
    fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch;
    fn mapped_owner(&self, profile: &Profile, config: &Config) -> Option<String>;
    fn decide_owner(&self, facts: &OwnerFacts, config: &Config) -> OwnerDecision;
    fn owner_after_refusal(&self, refused: &OwnerDecision, config: &Config) -> Option<OwnerDecision>;
    fn person_action(&self, facts: &ActionFacts, settings: &Settings) -> ActionDecision;
    fn offer(&self, matched: Option<bool>) -> Option<Offer>;
    fn missing(&self, profile: &Profile, by_rep: bool, config: &Config) -> Missing;
    fn insert_fields(&self, profile: &Profile, owner: &UserId, config: &Config) -> FieldPlan;
    fn update_fields(&self, profile: &Profile, target: &Person, is_own: bool, config: &Config) -> FieldPlan;
    fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing;
    fn rearms(&self, action: PushAction, timing: PushTiming, has_left: bool, settings: &Settings) -> bool;
    fn pounce(&self, armed: usize) -> Rule;
    fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay;
    fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove;
    fn event_due(&self, end: Timestamp, settings: &Settings) -> Timestamp;
    fn is_late(&self, end: Timestamp, now: Timestamp, settings: &Settings) -> bool;
    fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision;
    fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues;
    fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner;
    fn meeting_time(&self, starts: &MeetingTime, minutes: i64) -> Result<(Timestamp, Timestamp), String>;
    fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues;
    fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan;
    fn classify_refusal(&self, write: &RefusedWrite<'_>, refusal: &Refusal, config: &Config) -> Verdict;
    fn unreadable_field(&self, refusal: &Refusal) -> Option<FieldName>;
    fn retry_at(&self, policy: &RetryPolicy, attempt: u32, now: Timestamp) -> Option<Timestamp>;
    fn merge_in_batch(&self, keys: &[Option<&EmailKey>]) -> Vec<Option<usize>>;
    fn playback_url(&self, config: &Config, device: &DeviceId) -> String;
}

/// The config, with other settings.
fn with_settings(config: &Config, settings: Settings) -> Config {
    Config { settings, ..config.clone() }
}

fn shipped() -> Suite {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/suites");
    let suite = Suite::of(discover(&[suites]).unwrap());
    assert!(!suite.is_broken(), "{}", suite.told(false));
    suite
}

/// Whether the scenario turns red under these rules.
fn is_red(scenario: &Scenario, options: RunOptions, rules: Bent) -> bool {
    let played = catch_unwind(AssertUnwindSafe(|| {
        let outcome = run_with(scenario, &options, rules).unwrap();
        outcome.runaway || !outcome.troubles.is_empty() || !outcome.judgement.findings.is_empty()
    }));
    played.unwrap_or(true)
}

/// What became of a bend: by requirement the scenario that caught it, or nothing.
type Caught = BTreeMap<&'static str, Option<String>>;

/// Plays the scenarios that name what is bent until one turns red, for each requirement.
fn catchers(bend: &Bend, suite: &Suite, options: RunOptions) -> Caught {
    let mut verdicts: BTreeMap<usize, bool> = BTreeMap::new();
    let mut caught = Caught::new();
    for id in bend.breaks {
        let names = |it: &Scenario| {
            let failures = it.tags.iter().filter(|tag| tag.starts_with("FM-"));
            it.requirements.iter().chain(failures).any(|named| &*named.text == *id)
        };
        let naming = suite.scenarios.iter().enumerate().filter(|(_, it)| names(it));
        let mut red = naming.filter(|(place, scenario)| {
            *verdicts.entry(*place).or_insert_with(|| is_red(scenario, options, Bent(bend.rules)))
        });
        caught.insert(id, red.next().map(|(_, scenario)| scenario.full_id()));
    }
    caught
}

/// Plays every bend, on as many threads as there are cores.
fn catch_all(bends: &[&Bend], suite: &Suite) -> Vec<Caught> {
    let options = RunOptions { origin: suite.found.origin, ..RunOptions::default() };
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        while let Some(bend) = bends.get(next.fetch_add(1, Ordering::Relaxed)) {
            let caught = catchers(bend, suite, options);
            done.lock().unwrap().insert(bend.name, caught);
        }
    };
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut done = done.into_inner().unwrap();
    bends.iter().map(|it| done.remove(it.name).unwrap()).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "which scenario caught a bend is worth reading")]
fn every_bent_rule_turns_a_scenario_red_that_names_the_requirement() {
    let suite = shipped();
    let bends: Vec<&Bend> = FAMILIES.iter().copied().flatten().collect();
    let mut survivors = Vec::new();
    for (bend, caught) in bends.iter().zip(catch_all(&bends, &suite)) {
        for (id, by) in caught {
            let told = format!("{id:7} {}: {}", bend.name, bend.what.trim());
            match by {
                Some(scenario) => println!("{told} <- {scenario}"),
                None => survivors.push(told),
            }
        }
    }
    assert!(
        survivors.is_empty(),
        "no scenario that names the requirement turns red:\n{}",
        survivors.join("\n")
    );
}

#[test]
fn every_question_is_answered_wrongly_by_some_bend() {
    let bent: BTreeSet<&str> =
        FAMILIES.iter().copied().flatten().flat_map(|it| it.methods).copied().collect();
    let never: Vec<_> = QUESTIONS.iter().filter(|it| !bent.contains(*it)).collect();
    assert!(never.is_empty(), "never bent: {never:?}");
}

#[test]
fn bends_have_names_of_their_own_and_break_requirements_that_exist() {
    let mut names = BTreeSet::new();
    for bend in FAMILIES.iter().copied().flatten() {
        assert!(names.insert(bend.name), "two bends are called {}", bend.name);
        for id in bend.breaks {
            assert!(is_known(id), "{}: no requirement {id}", bend.name);
        }
    }
}

#[test]
fn every_gated_requirement_is_bent_or_is_no_question_of_the_rules() {
    let bent = FAMILIES.iter().copied().flatten().flat_map(|it| it.breaks).copied();
    let bent: BTreeSet<&str> = bent.collect();
    let not_asked: BTreeSet<&str> = NOT_ASKED.iter().map(|(id, _)| *id).collect();
    let both: Vec<_> = bent.intersection(&not_asked).collect();
    assert!(both.is_empty(), "bent, and said to be no question: {both:?}");
    let gated = Catalogue::embedded().gated().map(|row| row.id.as_str());
    let neither: Vec<_> =
        gated.filter(|id| !bent.contains(id) && !not_asked.contains(id)).collect();
    assert!(neither.is_empty(), "no bend violates {neither:?}");
}

fn is_known(id: &str) -> bool {
    let catalogue = Catalogue::embedded();
    catalogue.requirement(id).is_some() || catalogue.failure(id).is_some()
}
