//! One scenario from its text to its judgement: lower, play, observe, judge.

use std::sync::Arc;

use engine::{Config, Rules, Standard};
use mock_salesforce::Mock;
use reports::model::JournalLine;
use scenarios::{Diagnostic, Judgement, Observation, ast::Scenario, judge};

use crate::{
    clock::SimClock,
    crm::{
        Credentials, Crm,
        transport::{Direct, Duplex, Tcp},
    },
    journal::lines::{Words, lines},
    lower::{Lowered, Names, lower, org::username},
    messenger::Messenger,
    neighbour::Beside,
    observe::{Before, initial, observe},
    packages, playback,
    sources::Origin,
    subject::Subject,
    world::{Ground, Played, World},
};

/// How calls reach the mock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TransportKind {
    /// Straight into the router.
    #[default]
    Direct,
    /// HTTP/1.1 through a pipe in memory.
    Duplex,
    /// HTTP/1.1 over loopback.
    Tcp,
}

/// How a scenario is run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// How calls reach the mock.
    pub transport: TransportKind,
    /// Where CSV files come from.
    pub origin: Origin,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { transport: TransportKind::Direct, origin: Origin::Disk }
    }
}

/// A scenario that was run.
#[derive(Debug)]
pub struct RunOutcome {
    /// What it left behind.
    pub observation: Observation,
    /// The verdict.
    pub judgement: Judgement,
    /// It was stopped, since it did not end.
    pub runaway: bool,
    /// Lines of the timeline that the world could not carry out: number in the journal, place in the timeline, why.
    pub troubles: Vec<Trouble>,
    played: Played,
    playback_base: String,
}

/// A line of the timeline that the world could not carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Number in the journal.
    pub seq: u64,
    /// Place in the timeline.
    pub line: usize,
    /// When, in ms since the epoch.
    pub at: i64,
    /// Why.
    pub text: String,
}

/// Why a scenario could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The file says something that the world does not bear out.
    #[error("the scenario cannot be played")]
    Lowering(Vec<Diagnostic>),
    /// The surroundings are broken.
    #[error("cannot serve the mock over loopback: {0}")]
    Transport(#[from] std::io::Error),
}

/// Runs a scenario with the rules as they are.
pub fn run_scenario(scenario: &Scenario, options: &RunOptions) -> Result<RunOutcome, RunError> {
    run_with(scenario, options, Standard)
}

/// Runs a scenario with these rules.
pub fn run_with<R: Rules + Clone + Send + Sync + 'static>(
    scenario: &Scenario,
    options: &RunOptions,
    rules: R,
) -> Result<RunOutcome, RunError> {
    let lowered = lower(scenario, options.origin).map_err(RunError::Lowering)?;
    run_lowered(scenario, lowered, *options, rules)
}

/// Runs a scenario that was lowered before.
pub(crate) fn run_lowered<R: Rules + Clone + Send + Sync + 'static>(
    scenario: &Scenario,
    lowered: Lowered,
    options: RunOptions,
    rules: R,
) -> Result<RunOutcome, RunError> {
    let playback_base = lowered.config.playback_base.clone();
    let (before, played) = play(scenario, lowered, options.transport, rules)?;
    let observation = observe(scenario, before, &played);
    let judgement = judge(scenario, &observation);
    let troubles = troubles(&played);
    let runaway = played.runaway;
    Ok(RunOutcome { observation, judgement, runaway, troubles, played, playback_base })
}

fn play<R: Rules + Clone + Send + Sync + 'static>(
    scenario: &Scenario,
    lowered: Lowered,
    transport: TransportKind,
    rules: R,
) -> Result<(Before, Played), RunError> {
    let changes = initial(&lowered.org, scenario.clock.starts);
    let before = Before { changes, config: Arc::clone(&lowered.config) };
    let clock = SimClock::new(scenario.clock.starts);
    let Lowered { config, mut org, names, beside, acts } = lowered;
    packages::install(&mut org, &config, &rules);
    let beside = Beside::new(beside, scenario.clock.starts, transport)?;
    let mock = Mock::new(org, clock.shared());
    // The journal keeps what calls say; a second record of every byte is not needed.
    mock.traffic().set_capacity(0);
    let credentials = credentials(&config, &names, &mock);
    let crm = match transport {
        TransportKind::Direct => Crm::new(Direct::new(mock.router()), credentials),
        TransportKind::Duplex => Crm::new(Duplex::new(mock.router()), credentials),
        TransportKind::Tcp => Crm::new(Tcp::serve(mock.router())?, credentials),
    };
    let messenger = Messenger::new(scenario, &config);
    let subject = Subject::new(config, rules);
    let ground = Ground { subject, names, acts, clock, mock, crm, messenger, beside };
    Ok((before, World::new(scenario, ground).play()))
}

/// The org user logs in.
fn credentials(config: &Config, names: &Names, mock: &Mock) -> Credentials {
    let login = mock.login();
    let key = name_of(names, config.org_user.as_str()).unwrap_or_default();
    Credentials {
        client_id: login.client_id.clone(),
        client_secret: login.client_secret.clone(),
        username: username(key),
        password: format!("{}{}", login.password, login.security_token),
    }
}

fn name_of<'n>(names: &'n Names, id: &str) -> Option<&'n str> {
    names.name_of(id.parse().ok()?)
}

fn troubles(played: &Played) -> Vec<Trouble> {
    use crate::journal::What;
    let mut last_line = 0;
    let mut troubles = Vec::new();
    for (seq, entry) in played.journal.entries() {
        match &entry.what {
            What::Line(index) => last_line = *index,
            What::Trouble(text) => {
                troubles.push(Trouble { seq, line: last_line, at: entry.at, text: text.clone() });
            }
            _ => {}
        }
    }
    troubles
}

impl RunOutcome {
    /// The journal in words.
    pub fn journal(&self, scenario: &Scenario) -> Vec<JournalLine> {
        let org = self.played.mock.org();
        let words = Words {
            scenario,
            schema: org.schema(),
            names: &self.played.names,
            playback_base: &self.playback_base,
        };
        lines(&self.played.journal, &words)
    }

    /// What the file calls things, by id.
    pub fn names(&self) -> impl Iterator<Item = (String, String)> {
        self.played.names.iter().map(|(_, name, id)| (id.to_string(), name.to_owned()))
    }

    /// Whether something was found wrong.
    pub fn is_red(&self) -> bool {
        self.runaway || !self.troubles.is_empty() || !self.judgement.findings.is_empty()
    }

    /// The playback link of a device. It is a capability: whoever has it may look.
    pub fn playback_link(&self, device: &str) -> String {
        self.played.recordings.lock().expect("nobody panics while recording").link(device)
    }

    /// The web server behind the playback links of the run, as it left them.
    pub fn playback(&self) -> axum::Router {
        playback::router(Arc::clone(&self.played.recordings))
    }

    /// The mock as the run left it.
    pub fn mock(&self) -> &Mock {
        &self.played.mock
    }
}
