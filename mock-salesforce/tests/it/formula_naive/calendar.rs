//! Days, counted one by one.

fn leap(year: i32) -> bool {
    year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
}

fn year_length(year: i32) -> i32 {
    if leap(year) { 366 } else { 365 }
}

pub(super) fn month_length(year: i32, month: i32) -> i32 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day of days since 1 January 1970.
pub(super) fn civil(mut days: i32) -> (i32, i32, i32) {
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += year_length(year);
    }
    while days >= year_length(year) {
        days -= year_length(year);
        year += 1;
    }
    let mut month = 1;
    while days >= month_length(year, month) {
        days -= month_length(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

/// Days since 1 January 1970, if there is such a day.
pub(super) fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    if !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    let mut total = day - 1;
    total += (1..month).map(|month| month_length(year, month)).sum::<i32>();
    total += (1970..year).map(year_length).sum::<i32>();
    total -= (year..1970).map(year_length).sum::<i32>();
    Some(total)
}

/// 1 is Sunday. 4 January 1970 was one.
pub(super) fn weekday(day: i32) -> i32 {
    (day - 3).rem_euclid(7) + 1
}

/// The week of the year, as ISO 8601 counts: weeks begin on Monday and belong to the year of their Thursday.
pub(super) fn iso_week(day: i32) -> i32 {
    let mut thursday = day;
    while weekday(thursday) != 5 {
        let before_thursday = !matches!(weekday(thursday), 1 | 6 | 7);
        thursday += if before_thursday { 1 } else { -1 };
    }
    let (year, ..) = civil(thursday);
    let first = days(year, 1, 1).unwrap();
    (thursday - first) / 7 + 1
}
