//! One org from nothing to 1,000,000 leads of 16 fields: what a create takes on the way, the longest pause, what a lead
//! takes in memory, and how long a lookup takes at the end.
//!
//! Times are processor times of this thread (`/proc/thread-self/schedstat`), since others may use the machine; a pause
//! is the longest block of 20 creates. Bytes are those asked of the allocator by rows and indexes ([`Org::memory`]); the
//! resident set beside them has the allocator's own needs and the change feed in it.
//!
//! `cargo bench -p benches --bench growth [-- LEADS]`
#![forbid(unsafe_code)]

use std::{env, error::Error, fs, io::Write as _};

use mock_salesforce::{
    FieldInput, Org, SaveContext, Timestamp, Value, ValueRef, org::Memory, standard_org,
};

const NOW: Timestamp = Timestamp(1_778_666_400_000);
const LEADS: u32 = 1_000_000;
const LOOKUPS: u32 = 1_000_000;
/// Addresses that are looked for together, as `WHERE Email IN (...)` of a batch does.
const LIST: usize = 200;
/// Creates between two looks at the clock, which is slower than they are.
const BLOCK: u32 = 20;
/// Times at which the way is told.
const STEPS: u32 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let asked = env::args().skip(1).find_map(|text| text.parse().ok());
    let leads: u32 = asked.unwrap_or(LEADS);
    let mut out = std::io::stdout();
    let mut seed = standard_org();
    seed.duplicate_rules.clear();
    let mut org = Org::new(&seed, NOW)?;
    let cx = SaveContext::rest(org.administrator().ok_or("no administrator")?, NOW);
    let before = resident()?;
    writeln!(out, "empty org: {:.1} MB resident", megabytes(before))?;
    let mut longest = 0;
    for step in 0..STEPS {
        let (from, to) = (leads / STEPS * step, leads / STEPS * (step + 1));
        let mut spent = 0;
        for first in (from..to).step_by(BLOCK as usize) {
            let inputs: Vec<FieldInput> = (first..to.min(first + BLOCK)).map(lead).collect();
            let start = clock()?;
            for input in &inputs {
                org.create(&cx, "Lead", input).map_err(|errors| format!("{errors:?}"))?;
            }
            let took = clock()? - start;
            spent += took;
            longest = longest.max(took);
        }
        writeln!(
            out,
            "{to:8} leads: {:6.2} us a create, longest 20 so far {:.2} ms, {:.0} MB resident",
            micros(spent) / f64::from(to - from),
            micros(longest) / 1_000.0,
            megabytes(resident()?)
        )?;
    }
    tell_memory(&mut out, &org, leads)?;
    tell_lookups(&mut out, &org, leads)
}

fn tell_memory(out: &mut impl std::io::Write, org: &Org, leads: u32) -> Result<(), Box<dyn Error>> {
    let object = org.schema().object("Lead").ok_or("no leads")?;
    let Memory { rows, indexes } = org.memory(object.index);
    let each =
        |bytes: usize| f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / f64::from(leads);
    let all: usize = indexes.iter().map(|(_, bytes)| bytes).sum();
    let email = object.field_index("Email").ok_or("no e-mail")?;
    let by_email =
        indexes.iter().filter(|(field, _)| *field == email).map(|(_, bytes)| bytes).sum();
    writeln!(
        out,
        "a lead: row {:.1} bytes, e-mail index {:.1}, together {:.1} (aim 350); all {} indexes {:.1}",
        each(rows),
        each(by_email),
        each(rows) + each(by_email),
        indexes.len(),
        each(all),
    )?;
    for (field, bytes) in &indexes {
        writeln!(out, "  index {:24} {:6.1}", object.field_at(*field).name, each(*bytes))?;
    }
    Ok(())
}

fn tell_lookups(
    out: &mut impl std::io::Write,
    org: &Org,
    leads: u32,
) -> Result<(), Box<dyn Error>> {
    let object = org.schema().object("Lead").ok_or("no leads")?;
    let email = object.field_index("Email").ok_or("no e-mail")?;
    writeln!(out, "one access to a random place of 400 MB: {:.0} ns", latency()?)?;
    for (name, offset) in [("hit", 0), ("miss", leads)] {
        let keys: Vec<Value> = (0..LOOKUPS)
            .map(|number| {
                let person = u32::try_from(u64::from(number) * 7_919 % u64::from(leads));
                Value::text(&email_of(person.unwrap_or(0) + offset))
            })
            .collect();
        let start = clock()?;
        let found: usize = keys
            .iter()
            .map(|key| org.lookup(object.index, email, key).unwrap_or_default().len())
            .sum();
        let took = micros(clock()? - start) * 1_000.0 / f64::from(LOOKUPS);
        writeln!(out, "lookup by e-mail, {name}: {took:.0} ns ({found} found; aim 150)")?;
        let start = clock()?;
        let mut found = 0;
        for keys in keys.chunks(LIST) {
            let values: Vec<ValueRef<'_>> = keys.iter().map(ValueRef::from).collect();
            found += org.lookup_any(object.index, email, &values).unwrap_or_default().len();
        }
        let took = micros(clock()? - start) * 1_000.0 / f64::from(LOOKUPS);
        writeln!(out, "  {LIST} of them in a list: {took:.0} ns each ({found} found)")?;
    }
    Ok(())
}

/// Nanoseconds of one access to memory that the next one has to wait for: what a lookup is made of.
fn latency() -> Result<f64, Box<dyn Error>> {
    const PLACES: usize = 400_000_000 / 64;
    const STEPS: u32 = 1_000_000;
    // An odd step through a ring whose size has no factor in common with it meets every place.
    let places: Vec<[usize; 8]> =
        (0..PLACES).map(|at| [(at + 3_999_971 * 7) % PLACES; 8]).collect();
    let start = clock()?;
    let mut at = 0;
    for _ in 0..STEPS {
        at = places.get(at).and_then(|place| place.first()).copied().unwrap_or(0);
    }
    let took = micros(clock()? - start) * 1_000.0 / f64::from(STEPS);
    if at == usize::MAX { Err("the ring has no such place".into()) } else { Ok(took) }
}

fn email_of(person: u32) -> String {
    format!("jordan.lee.{person}@company-{}.example", person % 1_000)
}

/// The same 460 bytes of JSON as in the loopback bench, read beforehand.
fn lead(number: u32) -> FieldInput {
    let text = |text: &str| serde_json::Value::from(text);
    [
        ("FirstName", text("Jordan")),
        ("LastName", text(&format!("Lee-{number}"))),
        ("Company", text(&format!("Northwind Traders {}", number % 1_000))),
        ("Title", text("Director of Demand Generation")),
        ("Email", text(&email_of(number))),
        ("Phone", text(&format!("+1 415 555 {:04}", number % 10_000))),
        ("MobilePhone", text(&format!("+1 628 555 {:04}", number % 9_999))),
        ("Website", text(&format!("https://www.northwind-{}.example", number % 1_000))),
        ("Street", text(&format!("{} Market Street", number % 997))),
        ("City", text("San Francisco")),
        ("State", text("CA")),
        ("PostalCode", text("94105")),
        ("Country", text("United States")),
        ("LeadSource", text("Web")),
        ("Industry", text("Technology")),
        ("NumberOfEmployees", (number % 5_000 + 1).into()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Nanoseconds that this thread has run.
fn clock() -> Result<u64, Box<dyn Error>> {
    let times = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(times.split(' ').next().unwrap_or_default().parse()?)
}

/// Resident bytes of this process.
fn resident() -> Result<u64, Box<dyn Error>> {
    let pages: u64 =
        fs::read_to_string("/proc/self/statm")?.split(' ').nth(1).unwrap_or_default().parse()?;
    Ok(pages * 4_096)
}

#[expect(clippy::cast_precision_loss, reason = "figures of a report")]
fn micros(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "figures of a report")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
