//! What becomes of a user's password: set by the user or an administrator, changed with the old one, or made up anew.
//!
//! Documentation: sObject User Password; SOAP API `setPassword()`, `resetPassword()`, `changeOwnPassword()`. The
//! strength that is asked for is the default password policy: eight characters, letters and digits, and nothing that
//! contains the username. A security token stays what it is, since nobody would read the mail with a new one.

use crate::id::SfId;

use super::{Org, OrgError};

/// Fewest characters of a password.
const SHORTEST: usize = 8;
/// Most characters of a password.
const LONGEST: usize = 16_000;

impl Org {
    /// Sets the password of a user, on behalf of `actor`.
    pub fn set_password(&mut self, actor: SfId, user: SfId, new: &str) -> Result<(), OrgError> {
        self.may_handle_password(actor, user)?;
        self.check_new_password(user, new)?;
        self.logins.set_password(user, new);
        Ok(())
    }

    /// Sets the actor's own password, who must know the one that is valid now.
    pub fn change_password(&mut self, actor: SfId, old: &str, new: &str) -> Result<(), OrgError> {
        if self.password_of(actor).0 != old {
            let message = "The old password is invalid";
            return Err(OrgError::new("INVALID_OLD_PASSWORD", message).without_fields());
        }
        self.check_new_password(actor, new)?;
        self.logins.set_password(actor, new);
        Ok(())
    }

    /// Gives a user a password that was made up.
    pub fn reset_password(&mut self, actor: SfId, user: SfId, new: &str) -> Result<(), OrgError> {
        self.may_handle_password(actor, user)?;
        self.logins.set_password(user, new);
        Ok(())
    }

    /// May `actor` ask about and change the password of `user`?
    pub fn may_handle_password(&self, actor: SfId, user: SfId) -> Result<(), OrgError> {
        let users = self.standard("User").index;
        if self.table(users).get(user).is_none_or(crate::Record::is_deleted) {
            return Err(OrgError::invalid_cross_reference().without_fields());
        }
        if actor == user || self.is_administrator(actor) {
            return Ok(());
        }
        let message = "insufficient access rights on cross-reference id";
        Err(OrgError::new("INSUFFICIENT_ACCESS", message).without_fields())
    }

    fn check_new_password(&self, user: SfId, new: &str) -> Result<(), OrgError> {
        let row = self.get(user);
        let name = row.and_then(|row| self.stored(row, "Username").as_text()).unwrap_or_default();
        let letters = new.chars().filter(|letter| letter.is_alphabetic()).count();
        let digits = new.chars().filter(char::is_ascii_digit).count();
        let count = new.chars().count();
        let wrong = if count < SHORTEST {
            format!("Your password must be at least {SHORTEST} characters long.")
        } else if count > LONGEST {
            format!("Your password can be at most {LONGEST} characters long.")
        } else if letters == 0 || digits == 0 {
            "Your password must have a mix of numbers and letters.".to_owned()
        } else if contains(new, name) {
            "Your password cannot equal or contain your user name.".to_owned()
        } else if self.password_of(user).0 == new {
            "invalid repeated password".to_owned()
        } else {
            return Ok(());
        };
        Err(OrgError::new("INVALID_NEW_PASSWORD", wrong).without_fields())
    }
}

fn contains(password: &str, name: &str) -> bool {
    !name.is_empty() && password.to_lowercase().contains(&name.to_lowercase())
}
