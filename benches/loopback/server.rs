//! The servers: this program again, as a process of its own on processor 0.

use std::{
    env,
    error::Error,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    str::FromStr,
};

use axum::{Router, body::Bytes, extract::Path, routing::get};
use mock_salesforce::{
    Mock, MockSalesforce, Org, OrgSeed, SaveContext,
    clock::Wall,
    seed::{
        AssignmentEntrySeed, AssignmentRuleSeed, DuplicateAction, DuplicateRuleSeed,
        MatchFieldSeed, ValidationRuleSeed,
    },
    standard_org,
    store::{self, Durability},
};

use crate::work::{PRELOADED, email};

/// The argument that makes this program a server.
pub(crate) const ROLE: &str = "serve";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// axum, and an answer of as many bytes as the path says.
    Echo,
    /// The mock without rules.
    Bare,
    /// The mock with 5 validation rules, an exact e-mail duplicate rule and an assignment rule.
    Ruled,
    /// The mock without rules, kept in a directory.
    Kept,
    /// The mock as it comes, without a row.
    Fresh,
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "echo" => Ok(Self::Echo),
            "bare" => Ok(Self::Bare),
            "ruled" => Ok(Self::Ruled),
            "kept" => Ok(Self::Kept),
            "fresh" => Ok(Self::Fresh),
            _ => Err(format!("no server is called {name}")),
        }
    }
}

/// A server that runs.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
}

impl Server {
    pub(crate) fn start(profile: Profile) -> Result<Self, Box<dyn Error>> {
        let name = format!("{profile:?}").to_lowercase();
        let program = env::current_exe()?;
        let mut process = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .args([ROLE, &name])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
        let (address, token) = line.trim().split_once(' ').ok_or("the server did not start")?;
        Ok(Self { process, address: address.parse()?, token: token.to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until killed. Every server has a runtime of one thread.
pub(crate) fn run(profile: Profile) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        if profile == Profile::Echo { echo().await } else { mock(profile).await }
    })
}

async fn echo() -> Result<(), Box<dyn Error>> {
    let answer = |Path(size): Path<usize>, _: Bytes| async move { vec![b'x'; size] };
    let routes = Router::new().route("/echo/{size}", get(answer).post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?, "00D000000000001!echo.echo.echo.echo.echo.echo")?;
    Ok(axum::serve(listener, routes).await?)
}

async fn mock(profile: Profile) -> Result<(), Box<dyn Error>> {
    let now = mock_salesforce::Clock::now(&Wall);
    let directory = tempfile::tempdir()?;
    let mock = if profile == Profile::Kept {
        store::open(directory.path(), Some(&seed(profile)), Durability::Process, Wall)?
    } else {
        Mock::new(Org::new(&seed(profile), now)?, Wall)
    };
    if profile != Profile::Fresh {
        fill(&mut mock.org())?;
    }
    let server = MockSalesforce::serving(mock).await?;
    let (user, _) = server.mock().first_user().ok_or("no user")?;
    announce(server.address(), &server.mock().access_token(user))?;
    std::future::pending().await
}

fn announce(address: SocketAddr, token: &str) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(std::io::stdout(), "{address} {token}")?)
}

fn fill(org: &mut Org) -> Result<(), Box<dyn Error>> {
    let user = org.administrator().ok_or("no administrator")?;
    let cx = SaveContext::admin(user, mock_salesforce::Clock::now(&Wall));
    let columns = org.columns("Lead", &["LastName", "Company", "Email", "External_Id__c"])?;
    for person in 0..PRELOADED {
        let (last, company) = (format!("Person {person}"), format!("Company {}", person % 1_000));
        let (address, key) = (email("seed", person), format!("seed-{person}"));
        let cells = [last.as_str(), company.as_str(), address.as_str(), key.as_str()];
        org.import_cells(&cx, &columns, cells)?;
    }
    Ok(())
}

fn seed(profile: Profile) -> OrgSeed {
    let mut seed = standard_org();
    if profile == Profile::Fresh {
        return seed;
    }
    seed.duplicate_rules.clear();
    if profile != Profile::Ruled {
        return seed;
    }
    let rules = [
        "AND(ISBLANK(Email), ISBLANK(Phone))",
        "AND(NOT(ISBLANK(Email)), NOT(CONTAINS(Email, \"@\")))",
        "AND(NOT(ISBLANK(PostalCode)), LEN(PostalCode) < 4)",
        "AND(ISPICKVAL(LeadSource, \"Partner\"), ISBLANK(Company))",
        "NumberOfEmployees < 0",
    ];
    seed.validation_rules = rules
        .iter()
        .enumerate()
        .map(|(number, when)| ValidationRuleSeed {
            object: "Lead".to_owned(),
            name: format!("Rule_{number}"),
            when: (*when).to_owned(),
            message: "This lead is not complete.".to_owned(),
            field: None,
            active: true,
        })
        .collect();
    seed.duplicate_rules.push(DuplicateRuleSeed {
        name: "Same_Email".to_owned(),
        object: "Lead".to_owned(),
        fields: vec![MatchFieldSeed { field: "Email".to_owned(), ..MatchFieldSeed::default() }],
        on_create: DuplicateAction::Block,
        ..DuplicateRuleSeed::default()
    });
    let owner = seed.users.first().map(|user| user.name.clone());
    let entry =
        |when: &str| AssignmentEntrySeed { when: Some(when.to_owned()), owner: owner.clone() };
    seed.assignment_rules.push(AssignmentRuleSeed {
        entries: vec![entry("State = \"NY\""), entry("Country = \"United States\"")],
        ..AssignmentRuleSeed::default()
    });
    seed
}
