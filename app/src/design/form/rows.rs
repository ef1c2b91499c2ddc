//! Rows of inputs that buttons add, move and take away without saving: `option.0.zh` and so on.

use crate::page::Form;

/// One row: the names behind its number, with their values, and whether it is chosen at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    values: Vec<(String, String)>,
    chosen: bool,
}

/// What a button does to the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A row at the end with these values.
    Add(Vec<(String, String)>),
    /// The row with this number goes up.
    Up(usize),
    /// The row with this number goes down.
    Down(usize),
    /// The row with this number goes.
    Drop(usize),
}

/// Reads a command such as `option-up:2` or `part-add:date`: the list and the step.
pub fn step_of(command: &str) -> Option<(&'static str, Step)> {
    let (verb, argument) = command.split_once(':').unwrap_or((command, ""));
    let (list, verb) = verb.split_once('-')?;
    let list = ["option", "part"].into_iter().find(|known| *known == list)?;
    let number = || argument.parse().ok();
    let step = match verb {
        "add" => Step::Add(fresh(list, argument)),
        "up" => Step::Up(number()?),
        "down" => Step::Down(number()?),
        "drop" => Step::Drop(number()?),
        _ => return None,
    };
    Some((list, step))
}

fn fresh(list: &str, kind: &str) -> Vec<(String, String)> {
    let values: &[(&str, &str)] = match (list, kind) {
        ("part", "date") => &[("kind", "date"), ("pattern", "yyyyMMdd")],
        ("part", "counter") => &[("kind", "counter"), ("digits", "4"), ("start", "1")],
        ("part", _) => &[("kind", "fixed"), ("text", "")],
        _ => &[("key", ""), ("zh", ""), ("en", "")],
    };
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The form after the step, its rows numbered anew.
pub fn rearranged(form: &Form, list: &str, step: Step) -> Form {
    let mut numbers = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut pairs = Vec::new();
    for (name, value) in &form.pairs {
        let part = name.strip_prefix(list).and_then(|rest| rest.strip_prefix('.')?.split_once('.'));
        let Some((number, what)) =
            part.and_then(|(n, what)| Some((n.parse::<usize>().ok()?, what)))
        else {
            pairs.push((name.clone(), value.clone()));
            continue;
        };
        let at = numbers.iter().position(|known| *known == number).unwrap_or_else(|| {
            numbers.push(number);
            rows.push(Row::default());
            numbers.len() - 1
        });
        rows[at].values.push((what.to_owned(), value.clone()));
    }
    if list == "option" {
        for (number, row) in numbers.iter().zip(&mut rows) {
            row.chosen =
                pairs.iter().any(|(name, value)| name == "chosen" && *value == number.to_string());
        }
        pairs.retain(|(name, value)| name != "chosen" || value.is_empty());
    }
    take(&mut rows, &numbers, step);
    for (number, row) in rows.into_iter().enumerate() {
        pairs.extend(
            row.values.into_iter().map(|(what, value)| (format!("{list}.{number}.{what}"), value)),
        );
        if row.chosen {
            pairs.push(("chosen".to_owned(), number.to_string()));
        }
    }
    Form { pairs, ..Form::default() }
}

fn take(rows: &mut Vec<Row>, numbers: &[usize], step: Step) {
    let place = |number: usize| numbers.iter().position(|known| *known == number);
    match step {
        Step::Add(values) => rows.push(Row { values, chosen: false }),
        Step::Up(number) => {
            if let Some(at) = place(number).filter(|at| *at > 0) {
                rows.swap(at - 1, at);
            }
        }
        Step::Down(number) => {
            if let Some(at) = place(number).filter(|at| at + 1 < rows.len()) {
                rows.swap(at, at + 1);
            }
        }
        Step::Drop(number) => {
            if let Some(at) = place(number) {
                rows.remove(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Form { pairs: pairs.collect(), ..Form::default() }
    }

    #[test]
    fn rows_move_with_what_is_typed_and_chosen() {
        let typed = form(&[
            ("label_zh", "跟进方式"),
            ("option.0.zh", "电话"),
            ("option.3.zh", "上门"),
            ("chosen", "3"),
        ]);
        let (list, step) = step_of("option-up:3").expect("step");
        let moved = rearranged(&typed, list, step);
        let expected = form(&[
            ("label_zh", "跟进方式"),
            ("option.0.zh", "上门"),
            ("chosen", "0"),
            ("option.1.zh", "电话"),
        ]);
        assert_eq!(moved.pairs, expected.pairs);
        let (list, step) = step_of("option-drop:0").expect("step");
        let left = rearranged(&moved, list, step);
        assert_eq!(left.pairs, form(&[("label_zh", "跟进方式"), ("option.0.zh", "电话")]).pairs);
    }

    #[test]
    fn a_part_is_added_with_its_inputs() {
        let (list, step) = step_of("part-add:counter").expect("step");
        let parts = rearranged(&form(&[("part.0.kind", "date")]), list, step);
        assert_eq!(parts.text("part.1.kind"), "counter");
        assert_eq!(parts.text("part.1.digits"), "4");
        for other in ["save", "move:amount:2", "option-up:x", "other-add"] {
            assert_eq!(step_of(other), None, "{other}");
        }
    }
}
