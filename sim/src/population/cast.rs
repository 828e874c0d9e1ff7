//! The people of the company: reps with and without a connection, owners of old records, users who are gone, a queue.

use scenarios::{
    Text,
    ast::{QueueSetup, RepSetup, UserSetup},
};

use super::names;
use crate::seed::Draws;

/// The user behind the org-wide connection.
pub(crate) const ORG_USER: &str = "org_user";
/// The queue that takes leads.
pub(crate) const LEAD_QUEUE: &str = "web_leads";

const CONNECTED: u64 = 6;
const UNCONNECTED: u64 = 2;
const SALES: u64 = 4;
const GONE: u64 = 2;
/// Persons of the cast have numbers of their own, far from those of visitors.
const FIRST_NUMBER: u64 = 1 << 40;

/// A rep of the chat product.
#[derive(Debug, Clone)]
pub(crate) struct Rep {
    pub(crate) key: Text,
    pub(crate) name: String,
    /// The rep's own connection is to the user of the same name.
    pub(crate) connected: bool,
}

impl Rep {
    /// Who owns what this rep's interaction makes.
    pub(crate) fn owner(&self) -> Text {
        if self.connected { self.key.clone() } else { ORG_USER.into() }
    }

    /// `connected`'s rule, or that the rep is not.
    pub(crate) fn because(&self, connected: &'static str) -> &'static str {
        if self.connected { connected } else { "owner.rep_not_connected" }
    }
}

/// Everybody.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) reps: Vec<Rep>,
    sales: Vec<(Text, String)>,
    gone: Vec<(Text, String)>,
}

impl Cast {
    pub(crate) fn draw(seed: u64) -> Self {
        let mut number = FIRST_NUMBER;
        let mut name = || {
            number += 1;
            let (first, last) = names::person(seed, number);
            format!("{first} {last}")
        };
        let mut people = |word: &str, count: u64| -> Vec<(Text, String)> {
            (1..=count).map(|it| (Text::from(format!("{word}_{it}")), name())).collect()
        };
        let connected = people("rep", CONNECTED).into_iter().map(|it| (it, true));
        let unconnected = people("chatter", UNCONNECTED).into_iter().map(|it| (it, false));
        let reps = connected.chain(unconnected);
        let reps = reps.map(|((key, name), connected)| Rep { key, name, connected }).collect();
        Self { reps, sales: people("sales", SALES), gone: people("gone", GONE) }
    }

    /// A rep; one in eight is without a connection.
    pub(crate) fn rep(&self, draws: &mut Draws) -> &Rep {
        if draws.chance(1, 2) {
            return self.connected_rep(draws);
        }
        draws.pick(&self.reps).expect("the cast has reps")
    }

    /// A connected rep.
    pub(crate) fn connected_rep(&self, draws: &mut Draws) -> &Rep {
        let connected: Vec<&Rep> = self.reps.iter().filter(|it| it.connected).collect();
        draws.pick(&connected).expect("the cast has connected reps")
    }

    /// The rep who may write accounts.
    pub(crate) fn admin(&self) -> Text {
        self.reps
            .iter()
            .find(|it| it.connected)
            .map_or_else(|| ORG_USER.into(), |it| it.key.clone())
    }

    /// Another rep than this one.
    pub(crate) fn other_rep(&self, draws: &mut Draws, than: &Rep) -> &Rep {
        let others: Vec<&Rep> = self.reps.iter().filter(|it| it.key != than.key).collect();
        draws.pick(&others).expect("the cast has several reps")
    }

    /// Who owns an old record: a seller, somebody who is gone, or, for leads, a queue.
    pub(crate) fn old_owner(&self, draws: &mut Draws, object: &str) -> Text {
        let user = |from: &[(Text, String)], draws: &mut Draws| {
            draws.pick(from).map_or_else(|| ORG_USER.into(), |(key, _)| key.clone())
        };
        match draws.below(10) {
            0 => user(&self.gone, draws),
            1 | 2 if object == "Lead" => LEAD_QUEUE.into(),
            _ => user(&self.sales, draws),
        }
    }

    /// A seller.
    pub(crate) fn seller(&self, draws: &mut Draws) -> Text {
        draws.pick(&self.sales).map_or_else(|| ORG_USER.into(), |(key, _)| key.clone())
    }

    /// Every seller, in order.
    pub(crate) fn sellers(&self) -> impl Iterator<Item = &Text> {
        self.sales.iter().map(|(key, _)| key)
    }

    /// Somebody whose user is no longer active.
    pub(crate) fn gone(&self, draws: &mut Draws) -> Text {
        draws.pick(&self.gone).map_or_else(|| ORG_USER.into(), |(key, _)| key.clone())
    }

    /// `world.users`.
    pub(crate) fn users(&self) -> Vec<UserSetup> {
        let mut users = vec![UserSetup::new(ORG_USER, "Site Integration")];
        let reps = self.reps.iter().filter(|it| it.connected);
        users.extend(reps.map(|it| UserSetup::new(it.key.clone(), it.name.clone())));
        users
            .extend(self.sales.iter().map(|(key, name)| UserSetup::new(key.clone(), name.clone())));
        users.extend(self.gone.iter().map(|(key, name)| UserSetup {
            active: false,
            ..UserSetup::new(key.clone(), name.clone())
        }));
        users
    }

    /// `world.queues`.
    pub(crate) fn queues(&self) -> Vec<QueueSetup> {
        vec![QueueSetup {
            key: LEAD_QUEUE.into(),
            name: Some("Web leads".into()),
            objects: vec!["Lead".into()],
            members: self.sales.iter().map(|(key, _)| key.clone()).collect(),
        }]
    }

    /// `engine.connections.reps`.
    pub(crate) fn connections(&self) -> Vec<RepSetup> {
        let rep = |it: &Rep| RepSetup {
            rep: it.key.clone(),
            name: (!it.connected).then(|| it.name.clone().into()),
            user: it.connected.then(|| it.key.clone()),
        };
        self.reps.iter().map(rep).collect()
    }
}
