//! Headings, cards, tables, badges, empty states, pagers and other parts of a page.

use domain::time::{Timestamp, relative};
use leptos::prelude::*;

use crate::{
    islands::CopyButton,
    kit::{Icon, Tone, icon},
    page::Visit,
};

/// The top of a page: its heading, where things stand (who acts next, by when), and its one
/// primary button beside.
pub fn heading(
    title: impl Into<String>,
    lead: impl IntoView + 'static,
    action: impl IntoView + 'static,
) -> AnyView {
    view! {
        <div class="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
            <div class="min-w-0">
                <h1 class="text-2xl font-semibold tracking-tight break-words">{title.into()}</h1>
                <div class="mt-1 max-w-prose text-muted empty:hidden">{lead.into_any()}</div>
            </div>
            <div class="flex flex-wrap items-center gap-2 empty:hidden">{action.into_any()}</div>
        </div>
    }
    .into_any()
}

/// The way back to the list or page that this one belongs to, over its heading.
pub fn back(visit: &Visit, url: impl Into<String>, label: impl Into<String>) -> AnyView {
    view! {
        <nav class="mb-2" aria-label=visit.t("位置", "Where").to_owned()>
            <a class="-ml-1 inline-flex max-w-full items-center gap-1 rounded-field px-1 py-0.5 text-sm text-muted hover:text-primary" href=url.into()>
                {icon(Icon::ChevronLeft)}<span class="truncate">{label.into()}</span>
            </a>
        </nav>
    }
    .into_any()
}

/// Where things stand and who acts next, in one sentence over everything else (Source: ALL-2).
pub fn callout(text: impl Into<String>, action: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="mb-6 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-box border border-primary/25 bg-primary/5 px-4 py-3">
            <p class="flex min-w-0 flex-1 basis-60 items-start gap-3"><span class="mt-1 text-primary">{icon(Icon::Arrow)}</span><span class="min-w-0">{text.into()}</span></p>
            {action.into_any()}
        </div>
    }
    .into_any()
}

/// A box with an optional heading.
pub fn card(title: impl Into<String>, content: impl IntoView + 'static) -> AnyView {
    let title: String = title.into();
    let title = (!title.is_empty())
        .then(|| view! { <h2 class="mb-3 text-base font-semibold">{title}</h2> });
    view! {
        <section class="mb-6 panel p-4 sm:p-6">{title}{content.into_any()}</section>
    }
    .into_any()
}

/// A row of buttons at the end of a form.
pub fn actions(content: impl IntoView + 'static) -> AnyView {
    view! { <div class="mt-6 flex flex-wrap items-center gap-3">{content.into_any()}</div> }
        .into_any()
}

/// A state in one word.
pub fn badge(tone: Tone, text: impl Into<String>) -> AnyView {
    view! { <span class=format!("{} whitespace-nowrap", tone.badge())>{text.into()}</span> }
        .into_any()
}

/// A notice inside a page that wants attention before going on.
pub fn warning(text: impl Into<String>) -> AnyView {
    view! { <div class="alert alert-warning alert-soft mb-6">{icon(Icon::Alert)}<span>{text.into()}</span></div> }.into_any()
}

/// An empty list: what would be here, and the next step towards it.
pub fn empty(
    mark: Icon,
    title: impl Into<String>,
    lead: impl Into<String>,
    action: impl IntoView + 'static,
) -> AnyView {
    view! {
        <div class="flex flex-col items-center rounded-box border border-dashed border-base-300 bg-base-100 px-4 py-12 text-center">
            <span class="mb-4 flex size-12 items-center justify-center rounded-full bg-primary/10 text-primary [&_svg]:size-6">{icon(mark)}</span>
            <p class="font-medium">{title.into()}</p>
            <p class="mt-1 max-w-prose text-sm text-muted">{lead.into()}</p>
            <div class="mt-5 flex flex-wrap justify-center gap-2 empty:hidden">{action.into_any()}</div>
        </div>
    }
    .into_any()
}

/// Facts as label and value: two columns on the desk, label beside value on a phone.
pub fn facts(rows: Vec<(String, AnyView)>) -> AnyView {
    let rows = rows.into_iter().map(|(label, value)| view! {
        <div class="flex min-w-0 items-baseline gap-3 py-2 sm:block"><dt class="w-28 shrink-0 text-sm text-muted sm:w-auto">{label}</dt><dd class="min-w-0 flex-1 break-words sm:mt-0.5">{value}</dd></div>
    });
    view! { <dl class="grid grid-cols-1 gap-x-8 max-sm:divide-y max-sm:divide-base-300 sm:grid-cols-2">{rows.collect_view()}</dl> }
        .into_any()
}

/// A table on the desk that becomes cards on a phone: each cell carries its column's name.
/// `rows` are cells in the order of `columns`; an empty column name marks the actions' column.
pub fn table(label: impl Into<String>, columns: Vec<String>, rows: Vec<Vec<AnyView>>) -> AnyView {
    // A header cell without a name would be announced as one.
    let head = columns.clone().into_iter().map(|name| {
        if name.is_empty() {
            view! { <td></td> }.into_any()
        } else {
            view! { <th scope="col">{name}</th> }.into_any()
        }
    });
    let body = rows.into_iter().map(|cells| {
        let cells = cells
            .into_iter()
            .zip(columns.clone())
            .map(|(cell, name)| view! { <td data-label=name>{cell}</td> });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="table-cards mb-4 panel">
            <table class="table">
                <caption class="sr-only">{label.into()}</caption>
                <thead><tr>{head.collect_view()}</tr></thead>
                <tbody>{body.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A search over a list: its words stand in the URL as `q`. What else the list is asked for stands
/// in `beside`, so that it stays.
pub fn search(visit: &Visit, label: &str, beside: impl IntoView) -> AnyView {
    let typed = visit.query("q").unwrap_or_default().to_owned();
    let label = label.to_owned();
    view! {
        <form method="get" action=visit.path.clone() role="search" class="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
            <input type="search" name="q" value=typed placeholder=label.clone() aria-label=label class="input min-w-0 flex-1 sm:max-w-96"/>
            {beside}
            <button class="btn">{icon(Icon::Search)}{visit.t("搜索", "Search").to_owned()}</button>
        </form>
    }
    .into_any()
}

/// Says that a list without pages shows only its newest rows, where it is as long as it may get.
pub fn newest_only(visit: &Visit, shown: usize) -> Option<AnyView> {
    let most = backend::page::NEWEST;
    i64::try_from(shown).is_ok_and(|shown| shown >= most).then(|| {
        let text = visit
            .t(&format!("仅显示最近的 {most} 条。"), &format!("Only the newest {most} are shown."))
            .to_owned();
        view! { <p class="mb-4 text-sm text-muted">{text}</p> }.into_any()
    })
}

/// Links to the page before and after in a keyset-paged list.
pub fn pager(visit: &Visit, first: Option<String>, next: Option<String>) -> AnyView {
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    let first = first.map(|url| view! { <a class="btn btn-sm" href=url>{visit.t("回到最前", "Back to the first").to_owned()}</a> });
    let next = next.map(|url| view! { <a class="btn btn-sm" rel="next" href=url>{visit.t("下一页", "Next page").to_owned()}{icon(Icon::ChevronRight)}</a> });
    view! { <nav class="mt-2 flex justify-end gap-2" aria-label=visit.t("分页", "Pages").to_owned()>{first}{next}</nav> }.into_any()
}

/// Tabs as links: `(url, label, current)`.
pub fn tabs(label: impl Into<String>, entries: Vec<(String, String, bool)>) -> AnyView {
    let links = entries.into_iter().map(|(url, label, here)| view! {
        <a href=url aria-current=here.then_some("page") class="border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-muted hover:text-base-content aria-[current]:border-primary aria-[current]:font-medium aria-[current]:text-base-content">{label}</a>
    });
    view! { <nav aria-label=label.into() class="mb-6 flex gap-1 overflow-x-auto border-b border-base-300">{links.collect_view()}</nav> }.into_any()
}

/// A moment, relative, with the exact one on hover.
pub fn moment(visit: &Visit, at: Timestamp) -> AnyView {
    let exact = visit.zone.exact_seconds(at);
    let far = (at.0 - visit.now.0).abs() > 30 * Timestamp::DAY;
    let text =
        if far { visit.zone.date(at).to_string() } else { relative(at, visit.now, visit.lang) };
    view! { <time datetime=at.rfc3339() title=exact class="whitespace-nowrap">{text}</time> }
        .into_any()
}

/// A machine's word, such as a number or an id; short ones stay in one line.
pub fn mono(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    let wrap = if text.len() > 24 { "break-all" } else { "whitespace-nowrap" };
    view! { <span class=format!("font-mono text-sm {wrap}")>{text}</span> }.into_any()
}

/// A text to pass on, with a button that copies it; without scripts it is selected by a click.
pub fn copyable(visit: &Visit, label: &str, text: impl Into<String>) -> AnyView {
    let text = text.into();
    view! {
        <div class="flex w-full items-center gap-2">
            <input class="input w-full font-mono text-sm" readonly value=text.clone() aria-label=label.to_owned()/>
            <CopyButton text=text label=visit.t("复制", "Copy").to_owned() done=visit.t("已复制", "Copied").to_owned() small=false/>
        </div>
    }
    .into_any()
}

/// A button that wants a second look: without scripts the confirmation folds out below it.
pub fn confirm_button(
    label: impl Into<String>,
    question: impl Into<String>,
    confirm: AnyView,
) -> AnyView {
    view! {
        <details class="inline-block">
            <summary class="btn btn-sm">{label.into()}</summary>
            <div class="mt-2 panel p-4 shadow-sm">
                <p class="mb-3 max-w-prose text-sm">{question.into()}</p>{confirm}
            </div>
        </details>
    }
    .into_any()
}
