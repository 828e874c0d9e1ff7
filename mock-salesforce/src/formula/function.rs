//! The functions of the language: names, arguments, results.

use super::typed::Kind;

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Text,
    Number,
    Boolean,
    Date,
    Time,
    /// A date or a moment.
    Temporal,
    /// A date, a moment, or text.
    TemporalOrText,
    /// A time or text.
    TimeOrText,
    Picklist,
    MultiPicklist,
    Location,
    /// What `TEXT` writes: numbers, dates, moments, times and picklists.
    Writable,
    /// Seconds, a moment or a time.
    Lasting,
    /// What `CASE` looks at: every kind that it can compare.
    Subject,
    /// What `CASE` gives back, and what may be blank: neither a picklist nor true or false nor a place.
    Plain,
    /// Every kind except picklists.
    Scalar,
    Any,
    /// A field of the row itself, of any kind.
    OwnField,
}

impl Want {
    pub(crate) fn takes(self, kind: Kind) -> bool {
        use Kind::{
            Boolean, Date, DateTime, Location, MultiPicklist, Null, Number, Picklist, Text, Time,
        };
        let (only, kinds): (bool, &[Kind]) = match self {
            Self::Text => (true, &[Text, Null]),
            Self::Number => (true, &[Number, Null]),
            Self::Boolean => (true, &[Boolean, Null]),
            Self::Date => (true, &[Date, Null]),
            Self::Time => (true, &[Time, Null]),
            Self::Temporal => (true, &[Date, DateTime, Null]),
            Self::TemporalOrText => (true, &[Date, DateTime, Text, Null]),
            Self::TimeOrText => (true, &[Time, DateTime, Text, Null]),
            Self::Picklist => (true, &[Picklist]),
            Self::MultiPicklist => (true, &[MultiPicklist]),
            Self::Location => (true, &[Location]),
            Self::Writable => (true, &[Number, Date, DateTime, Time, Picklist, Null]),
            Self::Lasting => (true, &[Number, DateTime, Time, Null]),
            Self::Subject => (false, &[MultiPicklist, Boolean, Location]),
            Self::Plain => (false, &[Picklist, MultiPicklist, Boolean, Location]),
            Self::Scalar => (false, &[Picklist, MultiPicklist]),
            Self::Any | Self::OwnField => (false, &[]),
        };
        kinds.contains(&kind) == only
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date",
            Self::Time => "a time",
            Self::Temporal => "a date or a date and time",
            Self::TemporalOrText => "a date, a date and time, or text",
            Self::TimeOrText => "a time, a date and time, or text",
            Self::Picklist => "a picklist field",
            Self::MultiPicklist => "a multi-select picklist field",
            Self::Location => "a location",
            Self::Writable => "a number, a date, a date and time, a time or a picklist",
            Self::Lasting => "a number, a date and time, or a time",
            Self::Subject => "text, a number, a date, a time or a picklist",
            Self::Plain => "text, a number, a date or a time",
            Self::Scalar => "a value that is no picklist",
            Self::Any => "a value",
            Self::OwnField => "a field of the record itself",
        }
    }
}

/// What a function gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gives {
    Is(Kind),
    /// The kind of the first argument.
    First,
    /// The common kind of the arguments after the first.
    Branches,
    /// The common kind of every result of a CASE.
    Cases,
    /// The common kind of all arguments.
    Common,
}

macro_rules! functions {
    ($($variant:ident $name:literal $min:literal..$max:tt [$($want:ident),*] -> $gives:expr;)*) => {
        /// A function of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Function { $($variant),* }

        /// Every function with its name.
        pub(crate) const FUNCTIONS: &[Signature] = &[$(Signature {
            function: Function::$variant,
            name: $name,
            min: $min,
            max: functions!(@max $max),
            wants: &[$(Want::$want),*],
            gives: $gives,
        }),*];
    };
    (@max many) => { usize::MAX };
    (@max $max:literal) => { $max };
}

/// How a function is called. The last argument's kind holds for all that follow.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) function: Function,
    pub(crate) name: &'static str,
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) wants: &'static [Want],
    pub(crate) gives: Gives,
}

use Gives::{Branches, Cases, Common, First, Is};

functions! {
    And "AND" 1..many [Boolean] -> Is(Kind::Boolean);
    Or "OR" 1..many [Boolean] -> Is(Kind::Boolean);
    Not "NOT" 1..1 [Boolean] -> Is(Kind::Boolean);
    If "IF" 3..3 [Boolean, Scalar] -> Branches;
    Case "CASE" 4..many [Subject, Plain] -> Cases;
    IsBlank "ISBLANK" 1..1 [Any] -> Is(Kind::Boolean);
    IsNull "ISNULL" 1..1 [Any] -> Is(Kind::Boolean);
    BlankValue "BLANKVALUE" 2..2 [Plain] -> Common;
    NullValue "NULLVALUE" 2..2 [Plain] -> Common;
    IsPickVal "ISPICKVAL" 2..2 [Picklist, Text] -> Is(Kind::Boolean);
    Text "TEXT" 1..1 [Writable] -> Is(Kind::Text);
    Value "VALUE" 1..1 [Text] -> Is(Kind::Number);
    IsNumber "ISNUMBER" 1..1 [Text] -> Is(Kind::Boolean);
    Len "LEN" 1..1 [Text] -> Is(Kind::Number);
    Trim "TRIM" 1..1 [Text] -> Is(Kind::Text);
    Left "LEFT" 2..2 [Text, Number] -> Is(Kind::Text);
    Right "RIGHT" 2..2 [Text, Number] -> Is(Kind::Text);
    Mid "MID" 3..3 [Text, Number] -> Is(Kind::Text);
    Upper "UPPER" 1..2 [Text] -> Is(Kind::Text);
    Lower "LOWER" 1..2 [Text] -> Is(Kind::Text);
    InitCap "INITCAP" 1..1 [Text] -> Is(Kind::Text);
    Reverse "REVERSE" 1..1 [Text] -> Is(Kind::Text);
    Contains "CONTAINS" 2..2 [Text] -> Is(Kind::Boolean);
    Begins "BEGINS" 2..2 [Text] -> Is(Kind::Boolean);
    Find "FIND" 2..3 [Text, Text, Number] -> Is(Kind::Number);
    Substitute "SUBSTITUTE" 3..3 [Text] -> Is(Kind::Text);
    LPad "LPAD" 2..3 [Text, Number, Text] -> Is(Kind::Text);
    RPad "RPAD" 2..3 [Text, Number, Text] -> Is(Kind::Text);
    Includes "INCLUDES" 2..2 [MultiPicklist, Text] -> Is(Kind::Boolean);
    PicklistCount "PICKLISTCOUNT" 1..1 [MultiPicklist] -> Is(Kind::Number);
    Regex "REGEX" 2..2 [Text] -> Is(Kind::Boolean);
    CaseSafeId "CASESAFEID" 1..1 [Text] -> Is(Kind::Text);
    Br "BR" 0..0 [] -> Is(Kind::Text);
    Hyperlink "HYPERLINK" 2..3 [Text] -> Is(Kind::Text);
    Image "IMAGE" 2..4 [Text, Text, Number] -> Is(Kind::Text);
    Ascii "ASCII" 1..1 [Text] -> Is(Kind::Number);
    Chr "CHR" 1..1 [Number] -> Is(Kind::Text);
    IsNew "ISNEW" 0..0 [] -> Is(Kind::Boolean);
    IsChanged "ISCHANGED" 1..1 [OwnField] -> Is(Kind::Boolean);
    PriorValue "PRIORVALUE" 1..1 [OwnField] -> First;
    IsClone "ISCLONE" 0..0 [] -> Is(Kind::Boolean);
    Today "TODAY" 0..0 [] -> Is(Kind::Date);
    Now "NOW" 0..0 [] -> Is(Kind::DateTime);
    TimeNow "TIMENOW" 0..0 [] -> Is(Kind::Time);
    Date "DATE" 3..3 [Number] -> Is(Kind::Date);
    DateValue "DATEVALUE" 1..1 [TemporalOrText] -> Is(Kind::Date);
    DateTimeValue "DATETIMEVALUE" 1..1 [TemporalOrText] -> Is(Kind::DateTime);
    TimeValue "TIMEVALUE" 1..1 [TimeOrText] -> Is(Kind::Time);
    Year "YEAR" 1..1 [Date] -> Is(Kind::Number);
    Month "MONTH" 1..1 [Date] -> Is(Kind::Number);
    Day "DAY" 1..1 [Date] -> Is(Kind::Number);
    Weekday "WEEKDAY" 1..1 [Date] -> Is(Kind::Number);
    DayOfYear "DAYOFYEAR" 1..1 [Date] -> Is(Kind::Number);
    IsoWeek "ISOWEEK" 1..1 [Date] -> Is(Kind::Number);
    IsoYear "ISOYEAR" 1..1 [Date] -> Is(Kind::Number);
    AddMonths "ADDMONTHS" 2..2 [Temporal, Number] -> First;
    Hour "HOUR" 1..1 [Time] -> Is(Kind::Number);
    Minute "MINUTE" 1..1 [Time] -> Is(Kind::Number);
    Second "SECOND" 1..1 [Time] -> Is(Kind::Number);
    Millisecond "MILLISECOND" 1..1 [Time] -> Is(Kind::Number);
    UnixTimestamp "UNIXTIMESTAMP" 1..1 [Temporal] -> Is(Kind::Number);
    FromUnixTime "FROMUNIXTIME" 1..1 [Number] -> Is(Kind::DateTime);
    FormatDuration "FORMATDURATION" 1..2 [Lasting, Any] -> Is(Kind::Text);
    Abs "ABS" 1..1 [Number] -> Is(Kind::Number);
    Round "ROUND" 2..2 [Number] -> Is(Kind::Number);
    Trunc "TRUNC" 1..2 [Number] -> Is(Kind::Number);
    Ceiling "CEILING" 1..1 [Number] -> Is(Kind::Number);
    Floor "FLOOR" 1..1 [Number] -> Is(Kind::Number);
    MCeiling "MCEILING" 1..1 [Number] -> Is(Kind::Number);
    MFloor "MFLOOR" 1..1 [Number] -> Is(Kind::Number);
    Mod "MOD" 2..2 [Number] -> Is(Kind::Number);
    Max "MAX" 1..many [Number] -> Is(Kind::Number);
    Min "MIN" 1..many [Number] -> Is(Kind::Number);
    Sqrt "SQRT" 1..1 [Number] -> Is(Kind::Number);
    Exp "EXP" 1..1 [Number] -> Is(Kind::Number);
    Ln "LN" 1..1 [Number] -> Is(Kind::Number);
    Log "LOG" 1..1 [Number] -> Is(Kind::Number);
    Pi "PI" 0..0 [] -> Is(Kind::Number);
    Geolocation "GEOLOCATION" 2..2 [Number] -> Is(Kind::Location);
    Distance "DISTANCE" 3..3 [Location, Location, Text] -> Is(Kind::Number);
}

/// Functions of Salesforce that this org does not have.
pub(crate) const ABSENT: &[&str] = &[
    "CURRENCYRATE",
    "GETRECORDIDS",
    "GETSESSIONID",
    "HTMLENCODE",
    "IMAGEPROXYURL",
    "INCLUDE",
    "JSENCODE",
    "JSINHTMLENCODE",
    "LINKTO",
    "PARENTGROUPVAL",
    "PREDICT",
    "PREVGROUPVAL",
    "REQUIRESCRIPT",
    "URLENCODE",
    "URLFOR",
    "JUNCTIONIDLIST",
];

/// `VLOOKUP`, whose first two arguments are fields of another object and not values.
pub(crate) const VLOOKUP: &str = "VLOOKUP";

/// The function of this name, in any case.
pub(crate) fn signature(name: &str) -> Option<&'static Signature> {
    FUNCTIONS.iter().find(|signature| signature.name.eq_ignore_ascii_case(name))
}

/// The names of all functions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|signature| signature.name).chain([VLOOKUP])
}

/// The function whose name is nearest, if one is near.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_ascii_lowercase();
    let distance = |other: &&str| edits(&wanted, &other.to_ascii_lowercase());
    let best = names.min_by_key(distance)?;
    (distance(&best) <= (wanted.len() / 3).max(1)).then_some(best)
}

/// Insertions, deletions and replacements between two texts.
pub(crate) fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (window, d) in row.windows(2).zip(&b) {
            let [diagonal, above] = window else { continue };
            let left = next.last().copied().unwrap_or_default();
            let replaced = diagonal + usize::from(c != *d);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
