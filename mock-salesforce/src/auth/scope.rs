//! OAuth scopes: what a token is good for. Source: wire reference §1.1, §1.4.

use std::sync::Arc;

/// A set of scopes in the order in which they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(Arc<str>);

impl Scope {
    /// What a SOAP login gives: everything but a refresh.
    pub fn full() -> Self {
        Self("full".into())
    }

    /// These scopes.
    pub fn of<S: AsRef<str>>(words: &[S]) -> Self {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        Self(words.join(" ").into())
    }

    /// As clients read it: words with a blank between.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is the word itself one of them?
    pub fn names(&self, word: &str) -> bool {
        self.0.split(' ').any(|own| own == word)
    }

    /// Is the word one of them, or part of one of them?
    pub fn covers(&self, word: &str) -> bool {
        let holds = |wanted| self.names(wanted);
        match word {
            _ if holds(word) => true,
            "refresh_token" | "offline_access" => holds("refresh_token") || holds("offline_access"),
            "profile" | "email" | "address" | "phone" => {
                holds("id") || holds("openid") || holds("full")
            }
            "chatter_api" => holds("api") || holds("full"),
            _ => holds("full"),
        }
    }

    /// The part that a client asks for; everything when it asks for nothing, and `None` when it asks for more.
    pub fn narrowed(&self, asked: &str) -> Option<Self> {
        let words: Vec<&str> = asked.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Some(self.clone());
        }
        words.iter().all(|word| self.covers(word)).then(|| Self::of(&words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_what_it_asks_for_and_never_more_than_the_app_has() {
        let app = Scope::of(&["api", "refresh_token", "id"]);
        assert_eq!(app.narrowed("").unwrap().as_str(), "api refresh_token id");
        assert_eq!(app.narrowed("id  api").unwrap().as_str(), "id api");
        assert_eq!(
            app.narrowed("offline_access profile chatter_api").unwrap().as_str(),
            "offline_access profile chatter_api"
        );
        assert_eq!(app.narrowed("web"), None);
        assert!(Scope::full().covers("api") && !Scope::full().covers("refresh_token"));
    }
}
