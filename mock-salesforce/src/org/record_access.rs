//! What may a user do with a row, all told? Object rights and sharing together, as `UserRecordAccess` shows them.

use crate::id::SfId;

use super::Org;
use super::access::SystemPermission;
use super::sharing::RowRight;

/// What a user may do with a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(crate) struct RecordAccess {
    pub(crate) read: bool,
    pub(crate) edit: bool,
    pub(crate) delete: bool,
    pub(crate) transfer: bool,
    /// Everything, sharing it with others included.
    pub(crate) all: bool,
}

impl RecordAccess {
    /// The most of it, in the platform's word.
    pub(crate) fn most(self) -> &'static str {
        let levels = [
            (self.all, "All"),
            (self.transfer, "Transfer"),
            (self.delete, "Delete"),
            (self.edit, "Edit"),
            (self.read, "Read"),
        ];
        levels.into_iter().find(|(has, _)| *has).map_or("None", |(_, name)| name)
    }
}

impl Org {
    /// What a user may do with a row; nothing with one that is not there.
    pub(crate) fn record_access(&self, user: SfId, id: SfId) -> RecordAccess {
        let (Some(row), Some(_)) = (self.live(id), self.live(user)) else {
            return RecordAccess::default();
        };
        let object = self.schema.at(row.object());
        let (crud, right) = (self.permitted(user, object.index), self.row_right(user, row));
        let owned = object.system.owner.is_some();
        let gives_away = || {
            right >= RowRight::Transfer
                || self.has(user, SystemPermission::TransferRecord)
                || &*object.name == "Lead" && self.has(user, SystemPermission::TransferLeads)
        };
        let sees = crud.read || crud.view_all || crud.modify_all;
        let read = sees && right >= RowRight::Read;
        let changes = object.updateable && (crud.update || crud.modify_all);
        let edit = read && changes && right >= RowRight::Edit;
        let deletes = object.deletable && (crud.delete || crud.modify_all);
        let delete = read && deletes && right == RowRight::All;
        let transfer = read && changes && owned && gives_away();
        let all = edit && delete && (transfer || !owned);
        RecordAccess { read, edit, delete, transfer, all }
    }
}
