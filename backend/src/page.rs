//! Pages of lists: keyset pagination and search text.

use std::fmt::Display;

use domain::{problem::Problem, time::Timestamp};

/// How many rows a page of a list shows.
pub const SIZE: i64 = 25;

/// How many rows a list without pages shows: the newest.
pub const NEWEST: i64 = 200;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of up to [`SIZE`] rows out of one row more than that.
    pub fn of<R>(
        rows: &[R],
        read: impl Fn(&R) -> Result<T, Problem>,
        cursor: impl Fn(&T) -> String,
    ) -> Result<Self, Problem> {
        let size = usize::try_from(SIZE).unwrap_or(usize::MAX);
        let items: Vec<T> = rows.iter().take(size).map(read).collect::<Result<_, _>>()?;
        let next = (rows.len() > size).then(|| items.last().map(cursor)).flatten();
        Ok(Self { items, next })
    }
}

/// Sorts behind every id, whatever the database's collation; signs such as `~` sort before letters
/// and digits in most.
const BEHIND_ALL: &str = "g";

/// The `like` pattern that finds a text anywhere, in lower case, with `\` before what is special.
pub fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in search.trim().to_lowercase().chars().take(100) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Where a page of a list from the newest to the oldest begins: before this moment and id.
pub fn place(after: &str) -> (i64, String) {
    after
        .split_once('.')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())))
        .unwrap_or_else(|| (i64::MAX, BEHIND_ALL.to_owned()))
}

/// The place of a row, for [`place`].
pub fn place_of(at: Timestamp, id: impl Display) -> String {
    format!("{}.{id}", at.0)
}

/// The id before which a descending page begins; without a cursor, after every id.
pub fn before(cursor: Option<&str>) -> String {
    cursor.filter(|text| !text.is_empty()).map_or_else(|| BEHIND_ALL.to_owned(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_text_is_taken_literally() {
        assert_eq!(pattern(" 50%_A\\ "), "%50\\%\\_a\\\\%");
    }
}
