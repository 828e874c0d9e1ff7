//! Functions of a row: parts of dates, distances, labels, formats.

use super::{Binder, Scope};
use crate::{
    FieldKind, FieldSchema,
    soql::{
        ast::{Argument, Call, Literal, LiteralKind, Name, Operand},
        distance,
        error::SoqlError,
        format,
        function::{DateFunction, Function},
        statement::{Column, Distance, FieldPath, Place, Slot, Term},
    },
};

impl<'a> Binder<'a> {
    /// Something that has a value for every row, and the field that it is about.
    pub(super) fn term(
        &self,
        operand: &Operand<'_>,
        scope: Scope<'_>,
    ) -> Result<(Term, Option<&'a FieldSchema>), SoqlError> {
        let call = match operand {
            Operand::Path(name) => {
                let (path, field) = self.path(*name, scope)?;
                return Ok((Term::Field(path), field));
            }
            Operand::Call(call) => call,
        };
        match Function::named(call.function.text) {
            Some(Function::Date(function)) => {
                self.date(function, call, scope).map(|term| (term, None))
            }
            Some(Function::Distance) => self.distance(call, scope).map(|term| (term, None)),
            Some(Function::Label) => {
                let (path, field) = self.path(self.only_path(call)?, scope)?;
                Ok((Term::Field(path), field))
            }
            Some(Function::Format) => {
                let of = self.only_operand(call)?;
                let (of, _) = self.term(of, scope)?;
                self.format(call, of).map(|term| (term, None))
            }
            Some(Function::ConvertCurrency) => Err(self.single_currency(call.function)),
            _ => Err(SoqlError::unexpected(self.text, call.open)),
        }
    }

    /// `FORMAT(…)` of something resolved already.
    pub(super) fn format(&self, call: &Call<'_>, of: Term) -> Result<Term, SoqlError> {
        self.is_personal();
        if self.asker.locale != format::LOCALE {
            return Err(self.unsupported(call.function.span, "FORMAT in another locale than en_US"));
        }
        Ok(Term::Format { of: Box::new(of), zone: self.asker.zone.clone() })
    }

    /// An organization with one currency has nothing to convert.
    pub(super) fn single_currency(&self, at: Name<'_>) -> SoqlError {
        let message =
            "convertCurrency can only be used in an organization with multiple currencies";
        self.at(at.span, "INVALID_FIELD", message)
    }

    /// `CALENDAR_YEAR(CreatedDate)`, `DAY_ONLY(convertTimezone(CreatedDate))`. Moments are read in UTC unless
    /// converted.
    fn date(
        &self,
        function: DateFunction,
        call: &Call<'_>,
        scope: Scope<'_>,
    ) -> Result<Term, SoqlError> {
        self.is_personal();
        let (name, zone) = match self.only_operand(call)? {
            Operand::Path(name) => (*name, jiff::tz::TimeZone::UTC),
            Operand::Call(inner) => match Function::named(inner.function.text) {
                Some(Function::ConvertTimezone) => {
                    (self.only_path(inner)?, self.asker.zone.clone())
                }
                _ => return Err(SoqlError::unexpected(self.text, inner.open)),
            },
        };
        let (of, _) = self.path(name, scope)?;
        let converted = zone != jiff::tz::TimeZone::UTC;
        let fits = match of.kind {
            FieldKind::DateTime => true,
            FieldKind::Date => !function.needs_time() && !converted,
            _ => false,
        };
        if !fits {
            let message = format!(
                "field '{}' can not be used with the date function {}",
                name.text,
                call.function.text.to_ascii_uppercase()
            );
            return Err(self.at(name.span, "INVALID_FIELD", &message));
        }
        Ok(Term::Date { function, of, zone, fiscal: self.asker.calendar })
    }

    /// `DISTANCE(Address, GEOLOCATION(37.77, -122.41), 'km')`
    pub(super) fn distance(&self, call: &Call<'_>, scope: Scope<'_>) -> Result<Term, SoqlError> {
        let wrong = || SoqlError::unexpected(self.text, call.open);
        let [
            Argument::Operand(Operand::Path(name)),
            Argument::Operand(Operand::Call(place)),
            Argument::Literal(unit),
        ] = call.arguments.as_slice()
        else {
            return Err(wrong());
        };
        let LiteralKind::Text(unit_name) = unit.kind else { return Err(wrong()) };
        let radius = distance::radius(unit_name).ok_or_else(|| {
            self.malformed(
                unit.span,
                &format!("Invalid distance unit: {unit_name}. Valid unit: 'mi', 'km'"),
            )
        })?;
        let from = self.geolocation(place)?;
        let (path, field) = self.path(*name, scope)?;
        let (Some(field), true) = (field, path.kind.is_compound()) else {
            let message = format!("field '{}' can not be used with DISTANCE", name.text);
            return Err(self.at(name.span, "INVALID_FIELD", &message));
        };
        let (latitude, longitude) = self.coordinates(&path, field).ok_or_else(wrong)?;
        Ok(Term::Distance(Distance { latitude, longitude, from, radius }))
    }

    /// The paths to the latitude and longitude of an address.
    fn coordinates(
        &self,
        address: &FieldPath,
        field: &FieldSchema,
    ) -> Option<(FieldPath, FieldPath)> {
        let [(object, _)] = address.place.fields.as_slice() else { return None };
        let schema = self.org.schema().at(*object);
        let Column::Address { parts, .. } = super::select::address_column(schema, field) else {
            return None;
        };
        let path = |part: &str| {
            let (_, index) = parts.iter().find(|(name, _)| *name == part)?;
            let place = Place { fields: vec![(*object, Slot::Stored((*index)?))] };
            Some(FieldPath { place, kind: FieldKind::Double, ..address.clone() })
        };
        path("latitude").zip(path("longitude"))
    }

    fn geolocation(&self, call: &Call<'_>) -> Result<(f64, f64), SoqlError> {
        let number = |argument: &Argument<'_>| match argument {
            Argument::Literal(Literal { kind: LiteralKind::Number(digits), .. }) => {
                digits.parse::<f64>().ok()
            }
            _ => None,
        };
        let place = match (Function::named(call.function.text), call.arguments.as_slice()) {
            (Some(Function::Geolocation), [latitude, longitude]) => {
                number(latitude).zip(number(longitude))
            }
            _ => None,
        };
        place
            .filter(|(latitude, longitude)| latitude.abs() <= 90.0 && longitude.abs() <= 180.0)
            .ok_or_else(|| SoqlError::unexpected(self.text, call.open))
    }

    /// The one argument of a function.
    pub(super) fn only_operand<'c, 's>(
        &self,
        call: &'c Call<'s>,
    ) -> Result<&'c Operand<'s>, SoqlError> {
        match call.arguments.as_slice() {
            [Argument::Operand(operand)] => Ok(operand),
            _ => Err(SoqlError::unexpected(self.text, call.open)),
        }
    }

    /// The one argument of a function, which is a field.
    pub(super) fn only_path<'s>(&self, call: &Call<'s>) -> Result<Name<'s>, SoqlError> {
        match self.only_operand(call)? {
            Operand::Path(name) => Ok(*name),
            Operand::Call(inner)
                if Function::named(inner.function.text) == Some(Function::ConvertCurrency) =>
            {
                Err(self.single_currency(inner.function))
            }
            Operand::Call(inner) => Err(SoqlError::unexpected(self.text, inner.open)),
        }
    }
}
