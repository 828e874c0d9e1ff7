//! The conversion of a matched lead, after its assignment and in the same transaction (K-36).

use engine::{
    Action, AutoConvert, Config, ConversionDecision, ConversionFacts, MatchedAccount, Outcome,
    Question, RecordId, Rule, Rules, Settled,
};
use mock_salesforce::{SfId, Tx, org::Conversion};
use serde_json::{Value as Json, json};

use super::{accounts, rows};
use crate::packages::{
    decisions::{Decided, Log},
    schema::CONTACT_STATUS,
};

/// Key prefix of queues.
const QUEUE: &str = "00G";

/// What converts leads: the rules, and how they are configured.
pub(super) struct Converter<'a, R> {
    pub(super) rules: &'a R,
    pub(super) config: &'a Config,
    pub(super) criteria: &'a AutoConvert,
}

/// A lead that is to be converted, and what it was before.
struct Wanted<'a> {
    lead: SfId,
    account: Option<SfId>,
    status: &'a str,
    log: Log,
}

impl<R: Rules> Converter<'_, R> {
    /// Decides whether a lead is converted, and converts it.
    pub(super) fn convert(&self, lead: SfId, account: Option<&MatchedAccount>, tx: &mut Tx<'_>) {
        let Some(row) = tx.org().live(lead) else { return };
        let status = rows::text(tx.org(), row, "Status");
        let facts = ConversionFacts {
            account,
            owned_by_queue: rows::owner(tx.org(), row).as_str().starts_with(QUEUE),
            inactive: &rows::inactive_users(tx.org()),
        };
        let decision = self.rules.auto_convert(&facts, self.criteria, self.config);
        let log = Log::open(tx, Action::AutoConvert, lead);
        let chosen = account.filter(|_| decision.convert).map(|it| it.id.to_string());
        log.decided(tx, Decided::new(Question::Trigger, decision.because, chosen));
        let settled = if decision.convert {
            let account = account.and_then(|it| it.id.as_str().parse().ok());
            self.carry_out(&Wanted { lead, account, status: &status, log }, &decision, tx)
        } else {
            settled(lead, Outcome::NoOp, decision.because)
        };
        log.settled(tx, &settled);
    }

    fn carry_out(
        &self,
        wanted: &Wanted<'_>,
        decision: &ConversionDecision,
        tx: &mut Tx<'_>,
    ) -> Settled {
        let status = self.contact_status(wanted, tx);
        let account = wanted.account;
        let conversion = Conversion {
            lead: Some(wanted.lead),
            converted_status: self.criteria.converted_status.clone(),
            account,
            contact: account.and_then(|it| accounts::contact(tx.org(), it, wanted.lead)),
            owner: decision.owner.as_ref().and_then(|it| it.as_str().parse().ok()),
            do_not_create_opportunity: true,
            ..Conversion::default()
        };
        let refused = |detail| {
            let refused = settled(wanted.lead, Outcome::Refused, Rule::RefusedOther);
            Settled { detail, ..refused }
        };
        let contact = match tx.convert(&conversion) {
            Ok(converted) => converted.contact,
            Err(errors) => return refused(rows::said(&errors)),
        };
        match rows::update(tx, "Contact", contact, &[(CONTACT_STATUS, status)]) {
            Err(words) => refused(words),
            Ok(()) => Settled {
                owner: decision.owner.clone(),
                ..settled(contact, Outcome::Created, decision.because)
            },
        }
    }

    /// The status that the contact gets; null without a mapping.
    fn contact_status(&self, wanted: &Wanted<'_>, tx: &mut Tx<'_>) -> Json {
        let mapped = self.rules.contact_status(wanted.status, self.criteria);
        let because = mapped.because;
        wanted.log.decided(tx, Decided::new(Question::Fields, because, mapped.status.clone()));
        if mapped.status.is_none() {
            let words = format!("the lead status \"{}\" has no contact status", wanted.status);
            wanted.log.alert(tx, because, &words);
        }
        mapped.status.map_or(Json::Null, |it| json!(it))
    }
}

fn settled(record: SfId, outcome: Outcome, because: Rule) -> Settled {
    let record = Some(RecordId::from(record.to_string()));
    Settled { outcome, because, record, owner: None, detail: String::new() }
}
