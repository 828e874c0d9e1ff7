//! What a week and a fiscal year are: by the user's locale, and by the organization.
//!
//! Source: SOQL and SOSL Reference, Date Formats and Date Literals; wire reference §4.2.

use jiff::civil::Weekday;

/// Where weeks and fiscal years begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Calendar {
    /// The first day of a week.
    pub(crate) week_start: Weekday,
    /// The first month of the fiscal year, 1 to 12.
    pub(crate) fiscal_month: i8,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { week_start: Weekday::Sunday, fiscal_month: 1 }
    }
}

/// Locales, or languages of locales, whose weeks begin on another day than Monday (Unicode CLDR, `weekData`).
const SUNDAY: &[&str] = &[
    "en_US", "en_CA", "en_AU", "en_IN", "en_ZA", "en_PH", "en_HK", "en_SG", "es_MX", "es_US",
    "es_CO", "es_PE", "es_VE", "fr_CA", "pt_BR", "ja", "ko", "zh_TW", "zh_HK", "iw", "he", "hi",
    "th", "in", "id",
];
const SATURDAY: &[&str] = &["ar", "fa"];

impl Calendar {
    /// The calendar of a user with this locale in an organization with this fiscal year.
    pub(crate) fn of(locale: &str, fiscal_month: Option<i64>) -> Self {
        let is = |known: &&str| {
            locale == *known
                || locale.strip_prefix(*known).is_some_and(|rest| rest.starts_with('_'))
        };
        let week_start = match () {
            () if SUNDAY.iter().any(is) => Weekday::Sunday,
            () if SATURDAY.iter().any(is) => Weekday::Saturday,
            () => Weekday::Monday,
        };
        let month = fiscal_month.filter(|month| (1..=12).contains(month)).unwrap_or(1);
        Self { week_start, fiscal_month: i8::try_from(month).unwrap_or(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_where_the_locale_says() {
        let start = |locale| Calendar::of(locale, None).week_start;
        assert_eq!(start("en_US"), Weekday::Sunday);
        assert_eq!(start("ja_JP"), Weekday::Sunday);
        assert_eq!(start("de_DE"), Weekday::Monday);
        assert_eq!(start("en_GB"), Weekday::Monday);
        assert_eq!(start("ar_EG"), Weekday::Saturday);
    }

    #[test]
    fn a_fiscal_year_begins_in_a_month_that_there_is() {
        let month = |given| Calendar::of("en_US", given).fiscal_month;
        assert_eq!([month(Some(2)), month(Some(13)), month(None)], [2, 1, 1]);
    }
}
