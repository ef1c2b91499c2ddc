//! Records: the values that people fill into forms. The same code decodes, checks and shows them
//! in the browser and on the server.
//!
//! HTML inputs are named `f.KEY`; several values repeat the name. A date range has `f.KEY.from` and
//! `f.KEY.to`; a choice with something else typed in has `f.KEY.other`; a column of a sub-table has
//! `f.KEY.ROW.COLUMN`, where rows that were there before keep their number and new rows take higher
//! ones than any of those had, and `f.KEY.ROW._row` says that the row is there. Problems are named
//! like the inputs. A field whose inputs come back as they were drawn keeps what it held, even what
//! the form can no longer show.

mod check;
mod format;
mod pairs;
mod problems;
mod references;
mod seen;
mod show;
mod value;

pub use self::{
    check::{Filling, initial, read},
    pairs::{OTHER, Pairs, ROW, encode, held_rows, next_row},
    references::{Reference, Referenced, references},
    seen::seen,
    show::{
        Nameless, Names, csv_text, export, record_title, search_text, shown, sort_key, title_by,
        title_keys, whole_text,
    },
    value::{Chosen, RecordValues, Value},
};

#[cfg(test)]
mod tests;
