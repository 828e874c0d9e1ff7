//! The pages of the web server flow: one form, without scripts; everything that a caller sent is escaped.

use axum::http::StatusCode;

use super::OauthError;
use crate::api::reply::Reply;

const HTML: &str = "text/html;charset=UTF-8";
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem}\
    label{display:block;margin:.75rem 0}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.4rem}\
    button{font:inherit;padding:.4rem 1.2rem;margin-right:.5rem}.error{color:#b00020}";

const FAILED: &str =
    "<p class=\"error\" role=\"alert\">Please check your username and password.</p>";

/// What the consent page shows.
pub(super) struct Consent<'a> {
    pub(super) app: &'a str,
    pub(super) scope: &'a str,
    pub(super) username: &'a str,
    /// Fields of the request that come back with the decision.
    pub(super) hidden: &'a [(&'a str, Option<&'a str>)],
    /// Was the password wrong?
    pub(super) failed: bool,
}

/// A user logs in and allows or denies the app.
pub(super) fn consent(consent: &Consent<'_>) -> Reply {
    let app = escaped(consent.app);
    let words = consent.scope.split(' ').filter(|word| !word.is_empty());
    let scope: Vec<String> = words.map(|word| format!("<li>{}</li>", escaped(word))).collect();
    let hidden: Vec<String> = consent
        .hidden
        .iter()
        .filter_map(|(name, value)| Some((name, escaped((*value)?))))
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"))
        .collect();
    let failed = if consent.failed { FAILED } else { "" };
    let body = format!(
        "<h1>Allow access?</h1><p><strong>{app}</strong> asks to:</p><ul>{scope}</ul>{failed}\
         <form method=\"post\" action=\"/services/oauth2/authorize\">{hidden}\
         <label>Username<input name=\"username\" autocomplete=\"username\" value=\"{username}\"></label>\
         <label>Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\"></label>\
         <button name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></form>",
        scope = scope.concat(),
        hidden = hidden.concat(),
        username = escaped(consent.username)
    );
    page(StatusCode::OK, "Allow access?", &body)
}

/// The request cannot be put to anybody, and there is nowhere to send the user.
pub(super) fn error(OauthError(error, description): OauthError) -> Reply {
    let body = format!(
        "<h1>OAuth error</h1><p>error={}&amp;error_description={}</p>",
        escaped(error),
        escaped(description)
    );
    page(StatusCode::BAD_REQUEST, "OAuth error", &body)
}

fn page(status: StatusCode, title: &str, body: &str) -> Reply {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\
         <body>{body}</body></html>"
    );
    Reply::text(status, HTML, page).with("content-security-policy", POLICY)
}

/// Text as the content of an element or of an attribute in quotation marks.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_sends_cannot_become_markup() {
        let hidden = [("state", Some("\"><script>alert(1)</script>")), ("nonce", None)];
        let page = consent(&Consent {
            app: "A & B",
            scope: "api id",
            username: "'<b>",
            hidden: &hidden,
            failed: true,
        });
        let text = String::from_utf8(page.body.unwrap()).unwrap();
        assert!(!text.contains("<script>") && !text.contains("<b>") && !text.contains("nonce"));
        assert!(text.contains("value=\"&quot;&gt;&lt;script&gt;"), "{text}");
        assert!(text.contains("A &amp; B") && text.contains("<li>api</li><li>id</li>"));
    }
}
