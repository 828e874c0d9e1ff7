//! Who asks: the user, the time, and what their locale and time zone make of it.

use jiff::tz::TimeZone;

use super::calendar::Calendar;
use crate::{Org, Record, SfId, Timestamp, Value};

/// Who asks, and when.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    /// The running user.
    pub(crate) user: SfId,
    /// The time.
    pub(crate) now: Timestamp,
    /// The running user's time zone: what a date literal means.
    pub(crate) zone: TimeZone,
    /// The running user's locale, such as `en_US`.
    pub(crate) locale: String,
    /// Where their weeks and the organization's fiscal years begin.
    pub(crate) calendar: Calendar,
    /// The API version, such as 62.
    pub(crate) version: u16,
}

impl Asker {
    /// `user`, who asks at `now` on an API version.
    pub(crate) fn of(org: &Org, user: SfId, now: Timestamp, version: u16) -> Self {
        let record = org.get(user);
        let locale = match record.map(|user| field(org, user, "LocaleSidKey")) {
            Some(Value::Text(locale)) => locale.to_string(),
            _ => "en_US".to_owned(),
        };
        let organization = org.get(org.organization_id());
        let month = match organization.map(|row| field(org, row, "FiscalYearStartMonth")) {
            Some(Value::Int(month)) => Some(month),
            _ => None,
        };
        Self {
            user,
            now,
            zone: record.and_then(|user| zone(org, user)).unwrap_or(TimeZone::UTC),
            calendar: Calendar::of(&locale, month),
            locale,
            version,
        }
    }
}

fn zone(org: &Org, user: &Record) -> Option<TimeZone> {
    let name = field(org, user, "TimeZoneSidKey");
    match name.as_text()? {
        "UTC" | "GMT" => Some(TimeZone::UTC),
        name => TimeZone::get(name).ok(),
    }
}

fn field(org: &Org, row: &Record, name: &str) -> Value {
    let index = org.schema().at(row.object()).field_index(name);
    index.map_or(Value::Null, |index| org.value(row, index).into_owned())
}
