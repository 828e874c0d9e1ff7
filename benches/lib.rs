//! Workloads that the benches share: an org full of leads, and a drawn world with faults strewn over it.
#![forbid(unsafe_code)]

use mock_salesforce::{
    Org, SaveContext, SeedError, SfId, Timestamp, org::ImportError, standard_org,
};
use scenarios::ast::{Fault, FaultAnswer, FaultVerdict, Line, Verb};
use sim::population::Population;

/// When the orgs of the benches are looked at.
pub const NOW: Timestamp = Timestamp(1_778_666_400_000);
/// Records that share the one address of [`hot_email`].
pub const HOT_RECORDS: u32 = 50;

/// Why an org could not be filled.
#[derive(Debug)]
pub enum FillError {
    /// The standard org is none.
    Seed(SeedError),
    /// A row was refused.
    Import(ImportError),
}

impl From<SeedError> for FillError {
    fn from(error: SeedError) -> Self {
        Self::Seed(error)
    }
}

impl From<ImportError> for FillError {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

/// The address of the person with this number.
pub fn email(number: u32) -> String {
    format!("person.{number}@company-{}.example", number % 1_000)
}

/// The address that [`HOT_RECORDS`] records share.
pub fn hot_email() -> String {
    "info@hot.example".to_owned()
}

/// An org with so many leads, of whom so many of a hundred (50 at most) have the address of another.
pub fn org_of_leads(records: u32, duplicates_percent: u32) -> Result<Org, FillError> {
    let mut org = Org::new(&standard_org(), NOW)?;
    let user = org.administrator().unwrap_or(SfId::EMPTY);
    let cx = SaveContext::admin(user, NOW);
    let header = ["LastName", "Company", "Email", "LastModifiedDate"];
    let columns = org.columns("Lead", &header)?;
    for number in 0..records {
        // Of each hundred the first ones are twins of others in the same hundred.
        let is_twin = number % 100 < duplicates_percent.min(50);
        let person = if is_twin { number + 50 } else { number };
        let address = if number < HOT_RECORDS { hot_email() } else { email(person) };
        let modified = Timestamp(NOW.0 - i64::from(number % 9_973) * 60_000).to_string();
        let (last, company) = (format!("Person {number}"), format!("Company {}", number % 1_000));
        let cells = [last.as_str(), company.as_str(), address.as_str(), modified.as_str()];
        org.import_cells(&cx, &columns, cells)?;
    }
    Ok(org)
}

/// Strews one-time outages over a world: `count` of them, evenly over its lines.
pub fn with_outages(population: &mut Population, count: usize) {
    let ends = population.scenario.timeline.iter().map(|line| line.at).max().unwrap_or(0);
    for number in 0..count {
        let place =
            i64::try_from(number).unwrap_or(0) * ends / i64::try_from(count.max(1)).unwrap_or(1);
        let fault = Fault {
            id: format!("outage_{number}").into(),
            operations: Vec::new(),
            object: None,
            on: None,
            verdict: FaultVerdict::Answer(FaultAnswer {
                status: 503,
                code: None,
                message: None,
                html: false,
            }),
            lasts: None,
            times: Some(1),
            skip: 0,
        };
        population.scenario.timeline.push(Line::new(place, Verb::Fault(fault)));
    }
    population.scenario.timeline.sort_by_key(|line| line.at);
}

#[cfg(test)]
mod tests {
    use mock_salesforce::Value;

    use super::*;

    #[test]
    fn so_many_of_a_hundred_have_a_twin() {
        let org = org_of_leads(1_000, 30).unwrap();
        let lead = org.schema().object("Lead").unwrap();
        let field = lead.field_index("Email").unwrap();
        let held =
            |address: &str| org.lookup(lead.index, field, &Value::text(address)).unwrap().len();
        let shared = (0..1_000).filter(|number| held(&email(*number)) == 2).count();
        // The twins of the first hundred are hot instead.
        assert_eq!((shared, held(&hot_email())), (270, HOT_RECORDS as usize));
    }
}
