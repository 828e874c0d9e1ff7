//! `getUserInfo`: whose session it is, in which organization. A login tells the same.

use super::{Call, Outcome};
use crate::{Org, SfId, xml};

/// Largest attachment in bytes, as recorded.
const ATTACHMENT_LIMIT: u32 = 26_214_400;

/// `getUserInfo()`
#[expect(clippy::unnecessary_wraps, reason = "every call has the same shape")]
pub(super) fn user_info(call: &Call<'_>) -> Outcome {
    let mock = &call.visit.mock;
    let seconds = mock.session_ms() / 1_000;
    let mut out = b"<result>".to_vec();
    write(&mut out, &mock.org(), call.visit.user, seconds);
    xml::close(&mut out, "result");
    Ok(out)
}

/// Writes the elements of `GetUserInfoResult` in the order recorded (wire reference §1.3).
pub(super) fn write(out: &mut Vec<u8>, org: &Org, user: SfId, seconds_valid: i64) {
    let organization = org.organization_id();
    let of_user = |field: &str| stored(org, user, field);
    let of_org = |field: &str| stored(org, organization, field);
    let mut put = |name: &str, value: Option<String>| match value {
        Some(value) => xml::element(out, name, value),
        None => xml::nil(out, name),
    };
    let some = |text: &str| Some(text.to_owned());
    put("accessibilityMode", some("false"));
    put("chatterExternal", some("false"));
    put("currencySymbol", some("$"));
    put("orgAttachmentFileSizeLimit", Some(ATTACHMENT_LIMIT.to_string()));
    put("orgDefaultCurrencyIsoCode", some("USD"));
    put("orgDefaultCurrencyLocale", some("en_US"));
    put("orgDisallowHtmlAttachments", some("false"));
    put("orgHasPersonAccounts", some("false"));
    put("organizationId", Some(organization.to_string()));
    put("organizationMultiCurrency", some("false"));
    put("organizationName", of_org("Name"));
    put("profileId", of_user("ProfileId"));
    put("roleId", of_user("UserRoleId"));
    put("sessionSecondsValid", Some(seconds_valid.to_string()));
    put("userDefaultCurrencyIsoCode", None);
    put("userEmail", of_user("Email"));
    put("userFullName", of_user("Name"));
    put("userId", Some(user.to_string()));
    put("userLanguage", of_user("LanguageLocaleKey").or_else(|| some("en_US")));
    put("userLocale", of_user("LocaleSidKey").or_else(|| some("en_US")));
    put("userName", of_user("Username"));
    put("userTimeZone", of_user("TimeZoneSidKey"));
    put("userType", of_user("UserType").or_else(|| some("Standard")));
    put("userUiSkin", some("Theme3"));
}

fn stored(org: &Org, id: SfId, field: &str) -> Option<String> {
    let record = org.get(id)?;
    let field = org.schema().at(record.object()).field_index(field)?;
    let value = org.value(record, field);
    (!value.is_null()).then(|| value.to_string())
}
