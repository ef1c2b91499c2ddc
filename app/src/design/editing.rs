//! What all forms of the designer have in common: they carry the digest their editor started from,
//! so that an edit never overwrites somebody else's unseen.

use backend::application::design::{self, Design, Started};
use domain::{
    application::{Key, Tree},
    identity::ApplicationId,
    lang::Text,
    problem::{FieldCheck, Problem},
};
use leptos::prelude::*;

use crate::{
    kit::Fields,
    page::{Form, Visit},
};

/// Opens the designer of the app in the URL.
pub async fn open(visit: &Visit) -> Result<Design, Problem> {
    let id: ApplicationId = visit.param("id")?;
    design::open(visit.backend(), &visit.actor, id).await
}

/// Changes the app in the URL, starting from what the posted form showed of the component `key`.
pub async fn change<T>(
    visit: &Visit,
    form: &Form,
    key: Key,
    edit: impl FnOnce(&mut Tree) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let started = Started { key, digest: form.parse("from")? };
    design::edit(visit.backend(), &visit.actor, visit.param("id")?, &started, edit).await
}

/// The input that says what an edit starts from.
pub fn started(fields: &Fields, design: &Design, key: &Key) -> AnyView {
    let now = design.started(key).map(|started| started.digest.to_string()).unwrap_or_default();
    fields.seen("from", now)
}

/// A name in both languages, one of them at least.
pub fn named(form: &Form, zh: &str, en: &str) -> Result<Text, Problem> {
    let mut check = FieldCheck::new();
    let chinese = check.optional_text(zh, form.text(zh), 100);
    let english = check.optional_text(en, form.text(en), 100);
    let name = chinese.zip(english).map(|(zh, en)| Text::new(zh, en));
    if name.as_ref().is_some_and(Text::is_empty) {
        check.fail(zh, Text::of("请填写名称", "Give it a name"));
    }
    check.conclude(name)
}

/// The parts of a command such as `move:amount:3` behind its verb.
pub fn arguments(command: &str) -> (&str, Vec<&str>) {
    let mut parts = command.split(':');
    (parts.next().unwrap_or(""), parts.collect())
}

/// The argument at `place`, parsed; a command that lacks it was not made by a page of this site.
pub fn argument<T: std::str::FromStr>(arguments: &[&str], place: usize) -> Result<T, Problem> {
    let found = arguments.get(place).and_then(|text| text.parse().ok());
    found.ok_or_else(|| backend::problem::missing("这一项", "item"))
}
