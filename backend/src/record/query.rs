//! What a list of records is asked for: order, filters, search, place. Read from and written to the
//! query of a URL, so that a list can be bookmarked and passed on.

use crate::page::pattern;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    application::{Field, FieldKind, FormDocument, Key},
    decimal::Decimal,
    lang::Text,
    problem::FieldResult,
    record::Pairs,
    when::When,
};

/// How many filters hold at once; where there are more, nothing is listed.
pub const FILTERS: usize = 3;
/// Sorts behind every key.
pub(super) const LAST: &str = "\u{10ffff}";

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// The field that orders the list; none for the moment of filing.
    pub by: Option<Key>,
    /// Smallest or oldest first, instead of the reverse.
    pub ascending: bool,
    /// What every record must contain.
    pub search: String,
    /// What single fields must hold.
    pub filters: Vec<Filter>,
    /// Where the page begins or ends.
    pub place: Option<Place>,
}

/// What a field must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The field.
    pub field: Key,
    /// What it must hold.
    pub test: Test,
}

/// A condition on a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Contains this text.
    Contains(String),
    /// Holds this option, person or record.
    Holds(String),
    /// Lies between these two, as typed; either may be open.
    Between(String, String),
}

/// A place in an ordered list, and whether the page lies before or after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The sort key at the place; for the moment of filing its microseconds.
    pub key: String,
    /// The id of the record there, which parts equal keys.
    pub id: String,
    /// The page before it, instead of the one after.
    pub backwards: bool,
}

impl Place {
    /// As it stands in a URL.
    pub fn encode(&self) -> String {
        let direction = if self.backwards { "b" } else { "f" };
        format!("{direction}.{}.{}", URL_SAFE_NO_PAD.encode(&self.key), self.id)
    }

    /// Reads [`Place::encode`]; nonsense begins at the beginning.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let backwards = match parts.next()? {
            "b" => true,
            "f" => false,
            _ => return None,
        };
        let key = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        // No key holds NUL, which PostgreSQL does not take even to compare.
        let key = Some(key).filter(|key| !key.contains('\0'))?;
        Some(Self { key, id: parts.next()?.to_owned(), backwards })
    }
}

/// Whether a list can be filtered by a field, and how.
pub fn filter_kind(field: &Field) -> Option<FilterKind> {
    match &field.kind {
        FieldKind::Text(_) | FieldKind::MultilineText(_) | FieldKind::SerialNumber(_) => {
            Some(FilterKind::Text)
        }
        FieldKind::Number(_) => Some(FilterKind::Number),
        FieldKind::Date(_) | FieldKind::DateRange(_) => Some(FilterKind::Date),
        FieldKind::Radio(_)
        | FieldKind::Checkbox(_)
        | FieldKind::Select(_)
        | FieldKind::MultiSelect(_) => Some(FilterKind::Choice),
        FieldKind::Member(_) => Some(FilterKind::Member),
        FieldKind::Association(_) => Some(FilterKind::Record),
        _ => None,
    }
}

/// The ways to filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// By a part of the text.
    Text,
    /// From a number to a number.
    Number,
    /// From a day to a day.
    Date,
    /// By an option.
    Choice,
    /// By a person.
    Member,
    /// By a record of another form.
    Record,
}

impl RecordQuery {
    /// Reads the query of a URL. Unknown fields and empty filters are left out, and so are hidden
    /// fields: what a list is asked for would tell what is in them.
    pub fn read(form: &FormDocument, pairs: &Pairs) -> Self {
        let sort = pairs.one("sort");
        let by = form
            .seen_value_fields()
            .find(|field| field.key == *sort)
            .map(|field| field.key.clone());
        let filters = form.seen_value_fields().filter_map(|field| filter(field, pairs));
        Self {
            by,
            ascending: pairs.one("order") == "asc",
            search: pairs.one("q").trim().chars().take(100).collect(),
            filters: filters.collect(),
            place: Place::decode(pairs.one("at")),
        }
    }

    /// What is wrong with the filter of a field: it cannot be read, or is one too many.
    pub fn problem(&self, form: &FormDocument, field: &Field) -> Option<Text> {
        let place = self.filters.iter().position(|filter| filter.field == field.key)?;
        if place >= FILTERS {
            return Some(Text::new(
                format!("最多同时使用 {FILTERS} 个筛选条件，请清除一个"),
                format!("Up to {FILTERS} filters hold at once; clear one"),
            ));
        }
        self.filters[place].problem(form)
    }

    /// The filters as the statement wants them; all closed where there are too many.
    pub(super) fn slots(&self, form: &FormDocument) -> Vec<Slot> {
        let too_many = self.filters.len() > FILTERS;
        let wanted = self
            .filters
            .iter()
            .map(|filter| if too_many { Slot::closed(filter) } else { Slot::of(form, filter) });
        wanted.chain(std::iter::repeat_with(Slot::open)).take(FILTERS).collect()
    }

    /// As it stands in a URL, without the place.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if let Some(by) = &self.by {
            pairs.push(("sort".to_owned(), by.to_string()));
        }
        if self.ascending {
            pairs.push(("order".to_owned(), "asc".to_owned()));
        }
        if !self.search.is_empty() {
            pairs.push(("q".to_owned(), self.search.clone()));
        }
        for Filter { field, test } in &self.filters {
            match test {
                Test::Contains(text) | Test::Holds(text) => {
                    pairs.push((format!("where.{field}"), text.clone()));
                }
                Test::Between(from, to) => {
                    pairs.push((format!("where.{field}.from"), from.clone()));
                    pairs.push((format!("where.{field}.to"), to.clone()));
                }
            }
        }
        pairs
    }
}

fn filter(field: &Field, pairs: &Pairs) -> Option<Filter> {
    let name = format!("where.{}", field.key);
    let typed = |name: &str| pairs.one(name).trim().chars().take(100).collect::<String>();
    let test = match filter_kind(field)? {
        FilterKind::Text => Test::Contains(typed(&name)),
        FilterKind::Choice | FilterKind::Member | FilterKind::Record => Test::Holds(typed(&name)),
        FilterKind::Number | FilterKind::Date => {
            Test::Between(typed(&format!("{name}.from")), typed(&format!("{name}.to")))
        }
    };
    let empty = match &test {
        Test::Contains(text) | Test::Holds(text) => text.is_empty(),
        Test::Between(from, to) => from.is_empty() && to.is_empty(),
    };
    (!empty).then(|| Filter { field: field.key.clone(), test })
}

impl Filter {
    /// What is wrong with an end that cannot be read.
    fn problem(&self, form: &FormDocument) -> Option<Text> {
        let (Test::Between(from, to), Some(field)) = (&self.test, form.field(self.field.as_str()))
        else {
            return None;
        };
        end(field, from, false).and(end(field, to, true)).err()
    }
}

/// The sort key at an end of a filter; none where it is open.
fn end(field: &Field, typed: &str, last: bool) -> FieldResult<Option<String>> {
    if typed.is_empty() {
        return Ok(None);
    }
    if matches!(field.kind, FieldKind::Number(_)) {
        return Ok(Some(Decimal::parse(typed)?.sort_key()));
    }
    let day = When::parse(typed, false)?.date.compact();
    // The end of a day sorts behind every moment in it.
    Ok(Some(if last { format!("{day}~") } else { day }))
}

/// A filter as the statement wants it: positions, the range of keys, the least that the end of a
/// range of days is, and a pattern.
pub(super) struct Slot {
    pub field: String,
    pub positions: (i64, i64),
    pub keys: (String, String),
    pub ends: String,
    pub pattern: String,
}

impl Slot {
    /// A slot that lets everything pass.
    pub fn open() -> Self {
        Self {
            field: String::new(),
            positions: (0, 0),
            keys: (String::new(), LAST.to_owned()),
            ends: String::new(),
            pattern: "%".to_owned(),
        }
    }

    /// A slot that lets nothing pass.
    fn closed(filter: &Filter) -> Self {
        let keys = (LAST.to_owned(), String::new());
        Self { field: filter.field.to_string(), keys, ..Self::open() }
    }

    /// The slot for a filter of this form. One that cannot be read lets nothing pass.
    fn of(form: &FormDocument, filter: &Filter) -> Self {
        let open = Self { field: filter.field.to_string(), ..Self::open() };
        match &filter.test {
            Test::Contains(text) => Self { pattern: pattern(text), ..open },
            Test::Holds(term) => {
                Self { positions: (1, i64::MAX), keys: (term.clone(), term.clone()), ..open }
            }
            Test::Between(from, to) => {
                let field = form.field(filter.field.as_str());
                let ends = field.and_then(|field| {
                    Some((field, end(field, from, false).ok()?, end(field, to, true).ok()?))
                });
                match ends {
                    Some((field, first, last)) => open.between(field, first, last),
                    None => Self::closed(filter),
                }
            }
        }
    }

    /// Records without a value are out. A range of days is in as soon as one of its days is.
    fn between(self, field: &Field, first: Option<String>, last: Option<String>) -> Self {
        let last = last.unwrap_or_else(|| LAST.to_owned());
        let something = || " ".to_owned();
        if matches!(field.kind, FieldKind::DateRange(_)) {
            return Self { keys: (something(), last), ends: first.unwrap_or_default(), ..self };
        }
        Self { keys: (first.unwrap_or_else(something), last), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::application::{Access, TextField};

    #[test]
    fn hidden_fields_neither_sort_nor_filter() {
        let field = |key| {
            Field::new(Key::fixed(key), Text::of("字段", ""), FieldKind::Text(TextField::default()))
        };
        let mut form = FormDocument::titled(Text::of("表单", ""));
        form.fields = vec![field("open"), Field { access: Access::Hidden, ..field("secret") }];
        let read = |sort| {
            let pairs = [("sort", sort), ("where.open", "a"), ("where.secret", "b")];
            RecordQuery::read(&form, &pairs.into_iter().collect())
        };
        assert_eq!(read("open").by, Some(Key::fixed("open")));
        let asked = read("secret");
        assert_eq!(asked.by, None);
        let filtered: Vec<_> = asked.filters.iter().map(|filter| filter.field.as_str()).collect();
        assert_eq!(filtered, ["open"]);
    }

    #[test]
    fn one_filter_too_many_is_told_and_lets_nothing_pass() {
        let keys = ["a", "b", "c", "d"];
        let field = |key| {
            Field::new(Key::fixed(key), Text::of("字段", ""), FieldKind::Text(TextField::default()))
        };
        let mut form = FormDocument::titled(Text::of("表单", ""));
        form.fields = keys.map(field).to_vec();
        let pairs = |keys: &[&str]| keys.iter().map(|key| (format!("where.{key}"), "x")).collect();
        let asked = RecordQuery::read(&form, &pairs(&keys));
        let told = form.fields.iter().map(|field| asked.problem(&form, field).is_some());
        assert_eq!(told.collect::<Vec<_>>(), [false, false, false, true]);
        assert!(asked.slots(&form).iter().all(|slot| slot.keys.0 > slot.keys.1));
        let asked = RecordQuery::read(&form, &pairs(&keys[..3]));
        assert!(asked.slots(&form).iter().all(|slot| slot.keys.0 <= slot.keys.1));
    }

    #[test]
    fn places_read_back_and_nonsense_begins_at_the_beginning() {
        let place = Place { key: "合同.a".into(), id: "1".into(), backwards: true };
        assert_eq!(Place::decode(&place.encode()), Some(place));
        for text in ["", "x", "f", "f.!!.1", "f.YQ", "f.YQBi.1"] {
            assert_eq!(Place::decode(text), None, "{text}");
        }
    }
}
