//! Which lists of a finished bulk job have to be read?
//!
//! All three, however the job ended: a job that was complete has rows that failed, and one that failed or was aborted has
//! rows that were written and rows that nobody looked at (FM-28).

use crate::BulkList;

/// The list that comes after this one; after the last one every row is accounted for.
pub fn list_after(read: BulkList) -> Option<BulkList> {
    match read {
        BulkList::Successful => Some(BulkList::Failed),
        BulkList::Failed => Some(BulkList::Unprocessed),
        BulkList::Unprocessed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_lists_are_read() {
        let lists = std::iter::successors(Some(BulkList::Successful), |list| list_after(*list));
        let all = [BulkList::Successful, BulkList::Failed, BulkList::Unprocessed];
        assert!(lists.eq(all));
    }
}
