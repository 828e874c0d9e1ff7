//! Which account does this lead match? Leads whose account is known, because it was planted, against growing sets of
//! accounts: how good the match is, how many pairs it avoids to look at, and how fast it is.
//!
//! Companies are drawn by key, so that every run has the same ones. A lead of a company writes its name in one of the ways
//! people do and has an address at the company, at a part of its domain, or at a mail provider; others are of companies
//! that have no account, some of which are named or spelt like one that has.

use std::{collections::BTreeSet, hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{
    Account, AccountBook, AccountCard, Criterion as By, LeadKeys, LeadWords, Timestamp, lead_keys,
    match_lead,
};
use sim::seed::Draws;

const SEED: u64 = 1;
const SIZES: [u64; 3] = [1_000, 10_000, 50_000];
/// Leads that are matched in one go.
const LEADS: u64 = 2_000;
const BY: [By; 3] = [By::EmailDomain, By::Website, By::Company];

/// What the match must reach, in thousandths: a wrong account is worse than none.
const PRECISION_FLOOR: u64 = 990;
const RECALL_FLOOR: u64 = 850;

const STARTS: [&str; 24] = [
    "ac", "bel", "cor", "dor", "el", "fin", "gal", "hal", "in", "jun", "kel", "lum", "mer", "nor",
    "ol", "per", "quin", "ros", "sol", "tal", "ul", "vel", "wes", "zan",
];
const ENDS: [&str; 20] = [
    "ador", "brook", "cent", "dale", "eon", "field", "gate", "ion", "ix", "land", "mark", "nova",
    "ora", "port", "rise", "stone", "tek", "ura", "ville", "wood",
];
const TRADES: [&str; 12] = [
    "Energy",
    "Systems",
    "Foods",
    "Logistics",
    "Media",
    "Robotics",
    "Textiles",
    "Partners",
    "Studios",
    "Labs",
    "Motors",
    "Insurance",
];
const FORMS: [&str; 8] = ["", " Inc", ", Inc.", " LLC", " Corp.", " Corporation", " GmbH", " Ltd"];

/// A company, by its number.
struct Company {
    name: String,
    domain: String,
}

/// Every number has a name of its own, and twelve companies in a row share the first word of theirs.
fn company(number: u64) -> Company {
    let mut rest = number;
    let mut pick = |from: &[&'static str]| {
        let count = from.len() as u64;
        let place = usize::try_from(rest % count).unwrap_or(0);
        rest /= count;
        from.get(place).copied().unwrap_or_default()
    };
    let trade = pick(&TRADES);
    let word = format!("{}{}{}", pick(&STARTS), pick(&STARTS), pick(&ENDS));
    let capital = word.get(..1).unwrap_or_default().to_uppercase();
    let name = format!("{capital}{} {trade}", word.get(1..).unwrap_or_default());
    Company { name, domain: format!("{word}-{}.example", trade.to_lowercase()) }
}

/// Accounts of these companies; every company has one.
fn accounts(companies: u64) -> Vec<AccountCard> {
    (0..companies)
        .map(|number| {
            let Company { name, domain } = company(number);
            let mut draws = Draws::of(SEED, ("account", number), "l2a", 0);
            let form = draws.pick(&FORMS).copied().unwrap_or_default();
            let has_website = draws.chance(4, 5);
            let has_contacts = draws.chance(1, 2);
            let domains = has_contacts.then(|| domain.clone());
            AccountCard {
                account: Account {
                    id: format!("001{number:012}").into(),
                    name: format!("{name}{form}"),
                    website: has_website.then(|| format!("https://www.{domain}/")),
                    opportunities: usize::try_from(draws.below(4)).unwrap_or(0),
                    contacts: 0,
                    modified: Timestamp(draws.between(0, 1_000_000)),
                    stamped: Timestamp(0),
                },
                domains: domains.into_iter().collect(),
            }
        })
        .collect()
}

/// A lead, and the accounts that are right for it.
struct Planted {
    keys: LeadKeys,
    truth: Option<String>,
}

fn lead(number: u64, companies: u64) -> Planted {
    let mut draws = Draws::of(SEED, ("lead", number), "l2a", companies);
    let known = draws.chance(4, 5);
    let of = draws.below(companies);
    let Company { name, domain } = company(if known { of } else { companies + of });
    let name = written(&name, &mut draws);
    let email = match draws.below(10) {
        0..=4 => format!("pat.{number}@{domain}"),
        5 => format!("pat.{number}@mail.{domain}"),
        6 if !known => format!("pat.{number}@not{}", company(of).domain),
        _ => format!("pat.{number}@gmail.com"),
    };
    let website = if draws.chance(1, 5) { format!("http://{domain}/about") } else { String::new() };
    let words = LeadWords { email: &email, website: &website, company: &name };
    let truth = known.then(|| format!("001{of:012}"));
    Planted { keys: lead_keys(&words, &[]), truth }
}

/// A name as people write it.
fn written(name: &str, draws: &mut Draws) -> String {
    let form = draws.pick(&FORMS).copied().unwrap_or_default();
    match draws.below(10) {
        0 => name.to_uppercase(),
        1 => format!("The {name}{form}"),
        2 => format!("  {}{form}", name.replace(' ', "  ")),
        3 => misspelt(name),
        4 => name.split(' ').next().unwrap_or(name).to_owned(),
        _ => format!("{name}{form}"),
    }
}

/// Two letters that changed their places.
fn misspelt(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() > 3 {
        letters.swap(2, 3);
    }
    letters.into_iter().collect()
}

/// What came of the leads, as counts.
#[derive(Default)]
struct Tally {
    matched: u64,
    right: u64,
    with_account: u64,
    pairs: u64,
    true_pairs: u64,
}

fn tally(book: &AccountBook, leads: &[Planted]) -> Tally {
    let mut tally = Tally::default();
    for lead in leads {
        let candidates = book.candidates(&lead.keys);
        let found = match_lead(&lead.keys, &candidates, &BY).account;
        let ids: BTreeSet<&str> = candidates.iter().map(|it| it.account.id.as_str()).collect();
        tally.pairs += candidates.len() as u64;
        tally.matched += u64::from(found.is_some());
        if let Some(truth) = &lead.truth {
            tally.with_account += 1;
            tally.true_pairs += u64::from(ids.contains(truth.as_str()));
            tally.right += u64::from(found.is_some_and(|it| it.as_str() == truth));
        }
    }
    tally
}

/// A share in thousandths.
fn share(part: u64, of: u64) -> u64 {
    (part * 1_000).checked_div(of).unwrap_or(1_000)
}

#[expect(clippy::print_stdout, reason = "the figures are what the bench is for")]
fn quality(companies: u64, tally: &Tally) {
    let precision = share(tally.right, tally.matched);
    let recall = share(tally.right, tally.with_account);
    let f1 = (2 * precision * recall).checked_div(precision + recall).unwrap_or(0);
    let completeness = share(tally.true_pairs, tally.with_account);
    let all = companies * LEADS;
    let avoided = all - tally.pairs;
    println!(
        "l2a_match {companies} accounts, {LEADS} leads: precision {precision}\u{2030} (floor {PRECISION_FLOOR}\u{2030}), recall \
         {recall}\u{2030} (floor {RECALL_FLOOR}\u{2030}), F1 {f1}\u{2030}, pair completeness {completeness}\u{2030}, reduction \
         ratio {avoided} of {all} pairs avoided"
    );
    assert!(precision >= PRECISION_FLOOR, "precision fell below its floor");
    assert!(recall >= RECALL_FLOOR, "recall fell below its floor");
}

fn l2a_match(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("l2a_match");
    group.throughput(Throughput::Elements(LEADS));
    for companies in SIZES {
        let book = AccountBook::new(accounts(companies));
        let leads: Vec<Planted> = (0..LEADS).map(|number| lead(number, companies)).collect();
        quality(companies, &tally(&book, &leads));
        let id = BenchmarkId::new("match", companies);
        group.bench_function(id, |bencher| bencher.iter(|| tally(&book, black_box(&leads)).right));
    }
    group.finish();
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = l2a_match
}
criterion_main!(group);
