//! A person: who somebody truly is. Records, typed answers and expectations all come from here.

use super::names;
use crate::seed::Draws;

/// Somebody with an address of their own.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) company: String,
    /// Nobody else's, in lower case.
    pub(crate) email: String,
    /// Nobody else's.
    pub(crate) phone: String,
}

impl Person {
    /// The person with this number; about eight work for one company.
    pub(crate) fn draw(seed: u64, number: u64, companies: u64) -> Self {
        let (first, last) = names::person(seed, number);
        let mut draws = Draws::of(seed, ("person", number), "company", 0);
        let employer = draws.below(companies);
        let company = names::company(seed, employer);
        let local = format!("{}.{}.{number}", names::word_of(&first), names::word_of(&last));
        let email = format!("{local}@{}", domain(&company, employer));
        let phone = format!("+1 555 {:03} {:04}", number / 10_000 % 1_000, number % 10_000);
        Self { first, last, company, email, phone }
    }

    /// A number that this person had not given before.
    pub(crate) fn new_phone(&self) -> String {
        self.phone.replacen("555", "556", 1)
    }

    /// A number that a rule of the org refuses.
    pub(crate) fn refused_phone(&self) -> String {
        self.phone.replacen("+1", "000", 1)
    }

    /// The address as somebody might type it: it stays the same address.
    pub(crate) fn typed_email(&self, draws: &mut Draws) -> String {
        match draws.below(6) {
            0 => self.email.to_uppercase(),
            1 => format!(" {} ", self.email),
            2 => capitalised(&self.email),
            _ => self.email.clone(),
        }
    }

    /// Addresses of other people that look like this one: with a plus tag, without the dot, at a longer domain.
    pub(crate) fn look_alikes(&self) -> [String; 3] {
        let (local, domain) = self.email.split_once('@').unwrap_or((&self.email, "x.example"));
        [
            format!("{local}+news@{domain}"),
            format!("{}@{domain}", local.replacen('.', "", 1)),
            format!("{local}@mail.{domain}"),
        ]
    }

    /// The company as another source might spell it.
    pub(crate) fn company_elsewhere(&self, draws: &mut Draws) -> String {
        match draws.below(4) {
            0 => self.company.to_uppercase(),
            1 => format!("{} Inc.", self.company),
            2 => format!("{} GmbH", self.company),
            _ => self.company.clone(),
        }
    }
}

/// A company's domain, nobody else's.
pub(crate) fn domain(company: &str, number: u64) -> String {
    let word: String = names::word_of(company).chars().take(24).collect();
    format!("{word}-{number}.example")
}

fn capitalised(text: &str) -> String {
    let mut up = true;
    let letter = |it: char| {
        let shown = if up { it.to_ascii_uppercase() } else { it };
        up = matches!(it, '.' | '@' | '-');
        shown
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_is_the_same_address_and_look_alikes_are_not() {
        let person = Person::draw(1, 7, 3);
        let key = scenarios::email::normalize(&person.email);
        let mut draws = Draws::of(1, ("person", 7), "typing", 0);
        for _ in 0..50 {
            assert_eq!(scenarios::email::normalize(&person.typed_email(&mut draws)), key);
        }
        for other in person.look_alikes() {
            assert_ne!(scenarios::email::normalize(&other), key);
        }
    }

    #[test]
    fn two_people_share_nothing_that_tells_them_apart() {
        let people: Vec<Person> = (0..500).map(|it| Person::draw(1, it, 3)).collect();
        let mut emails: Vec<&String> = people.iter().map(|it| &it.email).collect();
        emails.sort();
        emails.dedup();
        assert_eq!(emails.len(), people.len());
        let mut phones: Vec<&String> = people.iter().map(|it| &it.phone).collect();
        phones.sort();
        phones.dedup();
        assert_eq!(phones.len(), people.len());
    }
}
