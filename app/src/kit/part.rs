//! Cards, facts, callouts and steps as components, for the server and for screens that the browser
//! renders.

use domain::time::{Timestamp, Zone};
use leptos::prelude::*;

use super::{Erased as _, Icon, Tone, attrs, icon, t};

/// A box with an optional heading.
#[component]
pub fn Card(
    #[prop(into, default = String::new())] title: String,
    children: Children,
) -> impl IntoView {
    let title = (!title.is_empty())
        .then(|| view! { <h2 class="mb-3 text-base font-semibold">{title}</h2> }.erased());
    view! { <section class="mb-6 panel p-4 sm:p-6">{title}{children()}</section> }.erased()
}

/// A state in one word.
#[component]
pub fn Badge(tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    view! { <span class=format!("{} whitespace-nowrap", tone.badge())>{text}</span> }.erased()
}

/// Facts as label and value: two columns on the desk, label beside value on a phone.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="grid grid-cols-1 gap-x-8 max-sm:divide-y max-sm:divide-base-300 sm:grid-cols-2">{children()}</dl> }.erased()
}

/// One of [`Facts`].
#[component]
pub fn Fact(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! {
        <div class="flex min-w-0 items-baseline gap-3 py-2 sm:block">
            <dt class="w-28 shrink-0 text-sm text-muted sm:w-auto">{label}</dt>
            <dd class="min-w-0 flex-1 break-words sm:mt-0.5">{children()}</dd>
        </div>
    }
    .erased()
}

/// A notice that wants attention before going on.
#[component]
pub fn Warning(
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="alert alert-warning alert-soft mb-6 items-start">
            {icon(Icon::Alert)}
            <div class="min-w-0"><p>{text}</p>{children.map(|children| children())}</div>
        </div>
    }
    .erased()
}

/// A machine's word, such as a number or an id; short ones stay in one line.
#[component]
pub fn Mono(#[prop(into)] text: String) -> impl IntoView {
    let wrap = if text.len() > 24 { "break-all" } else { "whitespace-nowrap" };
    view! { <span {..attrs!["translate" = "no"]} class=format!("font-mono text-sm {wrap}")>{text}</span> }.erased()
}

/// A day in the zone of the organisation, with the exact moment on hover.
#[component]
pub fn Day(at: Timestamp, zone: Zone) -> impl IntoView {
    let (day, exact) = (zone.date(at).to_string(), zone.exact_seconds(at));
    view! { <time {..attrs!["datetime" = at.rfc3339(), "title" = exact]} class="whitespace-nowrap">{day}</time> }.erased()
}

/// A text to pass on, with a button that copies it; where there is no clipboard the text is selected,
/// and without scripts a click does that.
#[component]
pub fn Copyable(#[prop(into)] label: String, #[prop(into)] text: String) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    let word = RwSignal::new(Some(t("复制", "Copy").to_owned()));
    let copy = {
        let text = text.clone();
        move |_| {
            #[cfg(feature = "hydrate")]
            crate::browser::copy(&text, field.get_untracked(), move || {
                word.set(Some(t("已复制", "Copied").to_owned()));
            });
            #[cfg(not(feature = "hydrate"))]
            let _ = &text;
        }
    };
    let word = Signal::<Option<String>>::from(word);
    view! {
        <div class="flex w-full items-center gap-2">
            <input {..attrs!["readonly" = true, "value" = text, "aria-label" = label]} node_ref=field class="input w-full font-mono text-sm"/>
            <button {..attrs!["type" = "button", "aria-live" = "polite"]} class="btn js-only whitespace-nowrap" on:click=copy>{word}</button>
        </div>
    }.erased()
}

/// Steps with the present one marked.
#[component]
pub fn Steps(
    #[prop(into)] label: String,
    names: Vec<&'static str>,
    present: usize,
) -> impl IntoView {
    let items = names.into_iter().enumerate().map(|(index, name)| {
        let class = if index <= present { "step step-primary" } else { "step" };
        let here = (index == present).then_some("step");
        let done = (index < present).then_some("✓");
        view! { <li {..attrs!["aria-current" = here, "data-content" = done]} class=class><span class="text-xs sm:text-sm">{name}</span></li> }.erased()
    });
    view! { <ol {..attrs!["aria-label" = label]} class="steps mb-8 w-full">{items.collect_view()}</ol> }.erased()
}
