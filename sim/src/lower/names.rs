//! Names instead of ids: what a scenario calls its users, queues, campaigns and records.

use std::{collections::BTreeMap, sync::Arc};

use mock_salesforce::SfId;

/// What kind of thing a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameKind {
    Record,
    User,
    Queue,
    Campaign,
}

impl NameKind {
    /// In the order in which a bare name is looked up.
    const ALL: [Self; 4] = [Self::Record, Self::User, Self::Queue, Self::Campaign];

    fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::User => "user",
            Self::Queue => "queue",
            Self::Campaign => "campaign",
        }
    }
}

/// The ids behind the names of one scenario. It grows while the timeline makes records.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    ids: BTreeMap<NameKind, BTreeMap<Arc<str>, SfId>>,
    names: BTreeMap<SfId, Arc<str>>,
}

impl Names {
    /// Gives an id its name; a later one replaces an earlier one.
    pub(crate) fn add(&mut self, kind: NameKind, name: impl Into<Arc<str>>, id: SfId) {
        let name = name.into();
        self.names.entry(id).or_insert_with(|| Arc::clone(&name));
        self.ids.entry(kind).or_default().insert(name, id);
    }

    /// The id behind a name of one of these kinds, the first kind first.
    pub(crate) fn find(&self, kinds: &[NameKind], name: &str) -> Option<SfId> {
        kinds.iter().find_map(|kind| self.ids.get(kind)?.get(name).copied())
    }

    /// The id behind a name of any kind.
    pub(crate) fn any(&self, name: &str) -> Option<SfId> {
        self.find(&NameKind::ALL, name)
    }

    /// The id behind a name that a reference field holds, by the objects that the field may refer to.
    pub(crate) fn referred(&self, targets: &[Arc<str>], name: &str) -> Option<SfId> {
        let mut kinds: Vec<NameKind> = targets.iter().map(|target| kind_of(target)).collect();
        kinds.dedup();
        self.find(&kinds, name)
    }

    /// The name of an id; of several the first that it was given.
    pub(crate) fn name_of(&self, id: SfId) -> Option<&str> {
        self.names.get(&id).map(|name| &**name)
    }

    /// All names with their kinds.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (NameKind, &str, SfId)> {
        let kinds = self.ids.iter();
        kinds.flat_map(|(kind, ids)| ids.iter().map(|(name, id)| (*kind, &**name, *id)))
    }

    /// Every name for the judge: bare, and with its kind in front.
    pub(crate) fn observed(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for (kind, name, id) in self.iter() {
            all.insert(format!("{}:{name}", kind.word()), id.to_string());
            all.entry(name.to_owned()).or_insert_with(|| id.to_string());
        }
        all
    }
}

fn kind_of(object: &str) -> NameKind {
    match object {
        "User" => NameKind::User,
        "Group" => NameKind::Queue,
        "Campaign" => NameKind::Campaign,
        _ => NameKind::Record,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_that_a_field_refers_to_tells_equal_names_apart() {
        let mut names = Names::default();
        let (user, record) = (SfId::numbered(*b"005", 1), SfId::numbered(*b"00Q", 1));
        names.add(NameKind::User, "sam", user);
        names.add(NameKind::Record, "sam", record);
        assert_eq!(names.referred(&["Group".into(), "User".into()], "sam"), Some(user));
        assert_eq!(names.any("sam"), Some(record));
        assert_eq!(names.observed().get("user:sam"), Some(&user.to_string()));
        assert_eq!(names.observed().get("sam"), Some(&record.to_string()));
    }
}
