//! What differs between two versions of an app, for people: one box per component, one line per
//! property, before and after side by side.

use domain::application::{Change, ChangeKind, ComponentChange};
use leptos::prelude::*;

use crate::{
    kit::{Tone, badge, table},
    page::Visit,
};

/// The differences, component by component.
pub fn differences(visit: &Visit, changes: &[ComponentChange]) -> AnyView {
    changes.iter().map(|change| component(visit, change)).collect_view().into_any()
}

fn mark(visit: &Visit, kind: ChangeKind) -> AnyView {
    let tone = match kind {
        ChangeKind::Added => Tone::Good,
        ChangeKind::Removed => Tone::Bad,
        ChangeKind::Changed => Tone::Info,
    };
    badge(tone, kind.label().get(visit.lang))
}

fn component(visit: &Visit, change: &ComponentChange) -> AnyView {
    let title = change.title.get(visit.lang);
    let title = if title.is_empty() {
        change.component.label().get(visit.lang).to_owned()
    } else {
        title.to_owned()
    };
    let kind = change.component.label().get(visit.lang).to_owned();
    let rows: Vec<_> = change.changes.iter().map(|change| row(visit, change)).collect();
    let columns = [
        ("修改", "Change"),
        ("位置", "Where"),
        ("属性", "Property"),
        ("之前", "Before"),
        ("之后", "After"),
    ]
    .map(|(zh, en)| visit.t(zh, en).to_owned())
    .to_vec();
    let detail = (!rows.is_empty()).then(|| table(title.clone(), columns, rows));
    view! {
        <section class="mb-4" data-component=change.key.to_string()>
            <h3 class="mb-2 flex flex-wrap items-center gap-2 font-medium">{mark(visit, change.kind)}<span>{title}</span><span class="text-sm font-normal text-muted">{kind}</span></h3>
            {detail}
        </section>
    }
    .into_any()
}

fn row(visit: &Visit, change: &Change) -> Vec<AnyView> {
    let said = |text: &domain::lang::Text| {
        let text = text.get(visit.lang).to_owned();
        let text = if text.is_empty() { "—".to_owned() } else { text };
        view! { <span class="break-words whitespace-pre-wrap">{text}</span> }.into_any()
    };
    vec![
        mark(visit, change.kind),
        said(&change.subject),
        said(&change.property),
        said(&change.before),
        said(&change.after),
    ]
}
