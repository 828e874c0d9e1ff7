//! Lists of children in the field list: one level of them until v57, four from v58 on (wire reference §4.2).

use std::sync::Arc;

use super::{Binder, Level, Scope};
use crate::soql::{
    ast::Query,
    error::SoqlError,
    statement::{Column, Shape},
};

/// First version with children of children.
const DEEP_SINCE: u16 = 58;
/// Levels of children from then on; with the statement itself there are five levels.
const DEEP_LEVELS: usize = 4;

impl Binder<'_> {
    pub(super) fn add_children(
        &self,
        query: &Query<'_>,
        scope: Scope<'_>,
        level: Level,
        columns: &mut Vec<Column>,
    ) -> Result<(), SoqlError> {
        let below = self.level_below(query, level)?;
        // `FROM Account.Contacts` and `FROM a.Contacts` name the statement's own object in front.
        let written = query.from.text;
        let name = match written.split_once('.') {
            Some((own, rest)) if self.is_own(own, scope) => rest,
            _ => written,
        };
        let parent = self.org.schema().at(scope.object);
        let child = parent.child(name).filter(|child| {
            self.may_read(child.object) && self.readable(child.object, child.field)
        });
        let Some(child) = child else {
            let message = format!(
                "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a \
                 custom relationship, be sure to append the '__r' after the custom relationship name. Please \
                 reference your WSDL or the describe call for the appropriate names."
            );
            return Err(self.at(query.from.span, "INVALID_TYPE", &message));
        };
        let statement = self.statement(query, child.object, below)?;
        if statement.shape != Shape::Rows {
            let message = "Only root queries support aggregate expressions";
            return Err(self.malformed(query.from.span, message));
        }
        let name: Arc<str> = child.name.as_deref().unwrap_or(name).into();
        let twice = |column: &Column| matches!(column, Column::Children { name: known, .. } if *known == name);
        if columns.iter().any(twice) {
            let message = format!("Cannot follow the same aggregate relationship twice: {name}");
            return Err(self.malformed(query.from.span, &message));
        }
        let (reference, statement) = (child.field, Arc::new(statement));
        columns.push(Column::Children { name, reference, statement });
        Ok(())
    }

    fn level_below(&self, query: &Query<'_>, level: Level) -> Result<Level, SoqlError> {
        let depth = match level {
            Level::Outer => 1,
            Level::Children(depth) => depth + 1,
            Level::Semijoin => {
                return Err(SoqlError::unexpected(self.text, query.from.span));
            }
        };
        let levels = if self.asker.version >= DEEP_SINCE { DEEP_LEVELS } else { 1 };
        if depth > levels {
            let message = format!(
                "SOQL statements cannot query aggregate relationships more than {levels} level{} away from the root \
                 entity object.",
                if levels == 1 { "" } else { "s" }
            );
            return Err(self.malformed(query.from.span, &message));
        }
        Ok(Level::Children(depth))
    }
}
