//! Synthetic worlds: an org, a team and visitors, drawn as a scenario whose expectations follow from what was planted.
//!
//! Nothing here asks the engine: who a visitor is, which record that is, who owns what is made and what the org refuses
//! is known before the run, because the records and the journeys are made from it. The same seed gives the same bytes.

mod cast;
mod journey;
mod names;
mod person;
mod profile;
mod setup;
mod standing;
mod visit;

use scenarios::{
    Text,
    ast::{
        Check, ClockSetup, ExpectTime, Expectation, InvariantCheck, Line, RecordSetup, Scenario,
        Throughout,
    },
};

use self::{
    cast::Cast,
    visit::{Gathered, Group},
};
pub use self::{
    profile::Profile,
    visit::{TrueMatch, Truth},
};
use crate::seed::Draws;

/// The version of the generator: a saved world says by which it was drawn.
pub const GENERATOR: u32 = 1;
/// Visitors of one world, at most.
pub const VISITOR_LIMIT: u32 = 1_000_000;

/// When every world starts: 2026-03-02T17:00:00Z, in milliseconds since the epoch.
pub(crate) const STARTS: i64 = 1_772_470_800_000;
/// `STARTS` as a person in the org's zone writes it.
const STARTS_TEXT: &str = "2026-03-02T09:00:00-08:00";
/// One visitor lands in so many milliseconds, on average.
const MS_PER_VISITOR: i64 = 100;
/// Every so many visitors one is accompanied.
const TOGETHER_EVERY: u64 = 12;
/// One company for so many visitors.
const VISITORS_PER_COMPANY: u64 = 8;

/// A world, and what is truly so in it.
#[derive(Debug, Clone)]
pub struct Population {
    /// The world as a scenario, with its expectations.
    pub scenario: Scenario,
    /// What is so of each visitor, for scores.
    pub truths: Vec<Truth>,
}

/// Draws a world with so many visitors.
pub fn draw(profile: Profile, seed: u64, visitors: u32) -> Population {
    let cast = Cast::draw(seed);
    let mut gathered = Gathered::default();
    let mut number = 0;
    while number < u64::from(visitors) {
        number += group((profile, seed), (number, u64::from(visitors)), &cast, &mut gathered);
    }
    let mut scenario = frame(profile, seed, visitors, &cast);
    scenario.world.records.append(&mut companies(seed, u64::from(visitors)));
    scenario.world.records.append(&mut gathered.records);
    scenario.world.companies = gathered.companies;
    if let Some(platform) = scenario.world.neighbours.first_mut() {
        platform.records = gathered.platform;
    }
    scenario.timeline = in_order(gathered.lines);
    scenario.expect = gathered.expect;
    scenario.expect.extend(of_all());
    Population { scenario, truths: gathered.truths }
}

/// Draws one group of visitors, and says how many they are.
fn group(
    (profile, seed): (Profile, u64),
    (number, of): (u64, u64),
    cast: &Cast,
    gathered: &mut Gathered,
) -> u64 {
    let mut draws = Draws::of(seed, ("visitor", number), "journey", 0);
    let starts = landing(&mut draws, of);
    let size = if number + 1 < of && draws.chance(1, TOGETHER_EVERY) { 2 } else { 1 };
    let journey = draws.weighted(profile.journeys(size)).copied();
    let companies = company_count(of);
    let mut group = Group { seed, cast, draws, gathered, number, companies, starts };
    if let Some(journey) = journey {
        journey(&mut group);
    }
    size
}

/// When somebody lands: any time, or with others at the same second.
fn landing(draws: &mut Draws, visitors: u64) -> i64 {
    let span =
        i64::try_from(visitors).unwrap_or(i64::MAX).saturating_mul(MS_PER_VISITOR).max(60_000);
    let at = draws.between(0, span);
    if draws.chance(1, 4) { at / 10_000 * 10_000 } else { at }
}

fn company_count(visitors: u64) -> u64 {
    visitors.div_ceil(VISITORS_PER_COMPANY).max(3)
}

fn in_order(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| line.at);
    lines
}

fn frame(profile: Profile, seed: u64, visitors: u32, cast: &Cast) -> Scenario {
    let name = profile.name();
    Scenario {
        id: format!("simulate/{}-seed-{seed}-visitors-{visitors}", name.replace('_', "-")).into(),
        title: format!("{visitors} visitors, drawn from seed {seed}").into(),
        about: Some(
            format!(
                "Drawn by generator {GENERATOR}; the expectations follow from what was planted."
            )
            .into(),
        ),
        requirements: profile.requirements().iter().map(|it| Text::from(*it)).collect(),
        tags: vec!["simulate".into()],
        seed,
        clock: ClockSetup {
            starts: STARTS,
            starts_text: STARTS_TEXT.into(),
            ..ClockSetup::default()
        },
        world: profile.world(cast),
        engine: profile.engine(cast),
        ..Scenario::default()
    }
}

/// Accounts of two thirds of the companies; of some there are several, with more or fewer opportunities.
fn companies(seed: u64, visitors: u64) -> Vec<RecordSetup> {
    let mut accounts = Vec::new();
    for number in 0..company_count(visitors) {
        let mut draws = Draws::of(seed, ("company", number), "accounts", 0);
        let count = draws.weighted(&[(3, 0), (5, 1), (1, 2)]).copied().unwrap_or(0);
        let name = names::company(seed, number);
        for twin in 0..count {
            let fields = vec![
                ("Name".into(), name.clone().into()),
                ("Website".into(), format!("https://www.{}", person::domain(&name, number)).into()),
            ];
            let key = Text::from(format!("a{number}_{twin}"));
            let mut account = RecordSetup::new(Some(key), "Account", fields);
            account.opportunities = u32::try_from(draws.below(3)).unwrap_or(0);
            account.contacts = u32::try_from(draws.below(3)).unwrap_or(0);
            accounts.push(account);
        }
    }
    accounts
}

/// What holds for everybody.
fn of_all() -> Vec<Expectation> {
    let invariant = |invariant, key: &[&str]| {
        let key = key.iter().map(|it| Text::from(*it)).collect();
        let check = InvariantCheck { invariant, object: "Lead".into(), key };
        Expectation::new(ExpectTime::Throughout, Check::Invariant(check))
    };
    vec![invariant(Throughout::NoDuplicates, &["Email"]), invariant(Throughout::NoDeletes, &[])]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_start_is_what_it_says() {
        assert_eq!(scenarios::time::parse_instant(STARTS_TEXT), Some(STARTS));
    }

    #[test]
    fn the_same_seed_gives_the_same_world_and_another_gives_another() {
        let one = draw(Profile::Qualified, 1, 200).scenario;
        assert!(one == draw(Profile::Qualified, 1, 200).scenario);
        assert!(one.timeline != draw(Profile::Qualified, 2, 200).scenario.timeline);
    }

    #[test]
    fn every_visitor_is_there_once_and_has_an_expectation() {
        for profile in Profile::ALL {
            let population = draw(*profile, 3, 500);
            let truths: BTreeSet<&Text> = population.truths.iter().map(|it| &it.visitor).collect();
            assert_eq!((truths.len(), population.truths.len()), (500, 500), "{profile:?}");
            assert!(population.scenario.expect.len() >= 900, "{profile:?}");
            assert!(population.scenario.timeline.is_sorted_by_key(|line| line.at), "{profile:?}");
        }
    }

    #[test]
    fn a_drawn_world_passes_every_check_of_a_file() {
        for profile in Profile::ALL {
            let scenario = draw(*profile, 4, 300).scenario;
            let found =
                scenarios::check(std::slice::from_ref(&scenario), &crate::vocabulary::Words);
            let told: Vec<String> = found.iter().take(5).map(|it| it.message.clone()).collect();
            assert!(found.is_empty(), "{profile:?}: {told:#?}");
        }
    }

    #[test]
    fn a_drawn_world_comes_back_from_its_file() {
        for profile in Profile::ALL {
            let scenario = draw(*profile, 5, 120).scenario;
            let text = scenarios::unparse(&scenario);
            let loaded = scenarios::load_text("drawn.scenario.yaml", &text);
            assert!(loaded.diagnostics.is_empty(), "{profile:?}");
            assert!(loaded.scenarios == [scenario], "{profile:?}");
        }
    }
}
