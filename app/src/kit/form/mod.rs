//! The one form of all commands. With scripts it checks as one types, sends once, shows progress and
//! tells problems at their fields; without them it posts to the URL of its page and names its function
//! (Source: ALL-4, ALL-5; see docs/decisions/0009-server-functions.md).

mod field;
mod file;
mod state;
#[cfg(all(test, feature = "ssr"))]
mod tests;

use std::rc::Rc;

use domain::{command::Posting, problem::Kind};
use leptos::prelude::*;
use serde::de::DeserializeOwned;

pub use field::{Area, Check, Choices, Hidden, Input, Select};
pub use file::{FileField, Staged};
pub use state::FormState;

use super::{Erased as _, Icon, attrs, dynamic, icon, lang, t, text};
use crate::call::Target;

/// What a screen does with the answer to its command, which comes in JSON.
pub type Heard = Rc<dyn Fn(&str)>;

/// Hears an answer as what it is. An answer of another shape is another version's: the page is loaded
/// again, which shows what was done.
pub fn heard<A: DeserializeOwned>(hear: impl Fn(A) + 'static) -> Heard {
    Rc::new(move |answer: &str| match domain::json::read(answer) {
        Ok(answer) => hear(answer),
        Err(_) => leave(""),
    })
}

/// The form of a command.
#[component]
pub fn CommandForm(
    /// The server function that carries the command.
    to: Target,
    /// What it is made for.
    posting: Posting,
    /// The URL of the page it stands on: it posts there where scripts do not run.
    #[prop(into)]
    page: String,
    /// Where people are afterwards; a screen that goes on by itself hears the answer as well.
    #[prop(into)]
    done: String,
    /// What a screen does with the answer instead of loading `done`.
    #[prop(optional)]
    on_done: Option<Heard>,
    /// The fields and buttons.
    children: Children,
    /// Classes of the form.
    #[prop(default = "")]
    class: &'static str,
) -> impl IntoView {
    let state = FormState::of(to, posting);
    provide_context(state);
    let go = done.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (hear, go) = (on_done.clone(), go.clone());
        #[cfg(feature = "hydrate")]
        state.submit(&event, move |answer| match hear {
            Some(hear) => hear(&answer),
            None => leave(&go),
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = (hear, go);
    };
    let typed = move |event: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        state.typed(&event);
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    };
    let left = move |event: leptos::ev::FocusEvent| {
        #[cfg(feature = "hydrate")]
        state.left(&event);
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    };
    // Built before the summary, which says by name which fields are at fault.
    let content = children();
    let kind = state.has_files().then_some("multipart/form-data");
    let busy = Signal::derive(move || state.waits().then(|| "true".to_owned()));
    let key = Signal::derive(move || Some(state.posting().key.to_string()));
    let place = Signal::derive(move || {
        Some(state.posting().organisation.map(|id| id.to_string()).unwrap_or_default())
    });
    let slow = Signal::derive(move || {
        let words = t(
            "服务器还没有回应，正在自动重试；不会执行两遍。",
            "No answer yet; trying again by itself. Nothing is done twice.",
        );
        state.slow().then(|| words.to_owned())
    });
    view! {
        <form {..attrs!["method" = "post", "action" = page, "enctype" = kind, "novalidate" = true, "aria-busy" = busy, "data-busy" = busy]} class=class on:submit=submit on:input=typed on:focusout=left>
            <input {..attrs!["type" = "hidden", "name" = "_fn", "value" = to.path]}/>
            <input {..attrs!["type" = "hidden", "name" = "_done", "value" = done]}/>
            <input {..attrs!["type" = "hidden", "name" = "posting[key]", "value" = key]}/>
            <input {..attrs!["type" = "hidden", "name" = "posting[organisation]", "value" = place]}/>
            <Summary state/>
            {content}
            <p {..attrs!["role" = "status"]} class="mt-3 text-sm text-muted empty:hidden">{slow}</p>
        </form>
    }.erased()
}

/// Goes to a page; to this one again where none is named.
fn leave(url: &str) {
    #[cfg(feature = "hydrate")]
    if url.is_empty() {
        crate::browser::leave(&crate::browser::path());
    } else {
        crate::browser::leave(url);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = url;
}

/// Says over the form what is wrong and where, and takes the focus.
#[component]
fn Summary(state: FormState) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    // Each refusal takes the focus once: afterwards people are among the fields.
    Effect::new(move |before: Option<u32>| {
        let refusals = state.refusals();
        if let Some(place) = place.get().filter(|_| refusals > before.unwrap_or(0)) {
            let _ = place.focus();
        }
        refusals
    });
    let hidden = Signal::derive(move || state.refusal().is_none().then(String::new));
    let sentence = Signal::derive(move || state.refusal().map(|problem| text(&problem.text)));
    let remedy = Signal::derive(move || state.refusal().map(|problem| text(&problem.remedy)));
    let reference = Signal::derive(move || {
        let number = state.refusal()?.reference?;
        Some(format!("{} {number}", t("编号", "Reference")))
    });
    let lines = dynamic(move || {
        let fields = state.refusal().map(|problem| problem.fields).unwrap_or_default();
        let lines = fields.into_iter().map(|field| {
            let target = format!("#{}", state.id(&field.name));
            let line = field.line(&state.label(&field.name), lang());
            view! { <li><a {..attrs!["href" = target, "rel" = "external"]} class="link inline-block py-0.5 align-top leading-6">{line}</a></li> }.erased()
        });
        lines.collect_view().into_any()
    });
    let ways = dynamic(move || {
        let Some(problem) = state.refusal() else { return ().into_any() };
        if let Some(again) = problem.again {
            return view! { <button {..attrs!["name" = "posting[go_back]", "value" = "true"]} class="btn btn-sm mt-3">{text(&again.label)}</button> }.erased();
        }
        // What was typed waits here while people sign in elsewhere.
        if problem.kind == Kind::Unauthenticated {
            return view! { <a {..attrs!["href" = "/sign-in", "target" = "_blank"]} class="link mt-2 inline-block text-sm">{t("在新窗口登录", "Sign in in a new window")}</a> }.erased();
        }
        ().into_any()
    });
    // A refusal that came with the page takes the focus without scripts.
    let came = state.refusal_untracked().is_some();
    view! {
        <div {..attrs!["role" = "alert", "tabindex" = "-1", "data-summary" = "", "autofocus" = came, "hidden" = hidden]} node_ref=place class="alert alert-error alert-soft mb-6 items-start">
            {icon(Icon::Alert)}
            <div class="min-w-0">
                <p class="font-medium">{sentence}</p>
                <p class="text-sm">{remedy}</p>
                <p class="text-sm empty:hidden">{reference}</p>
                <ul class="mt-1 list-disc pl-5 text-sm empty:hidden">{lines}</ul>
                {ways}
            </div>
        </div>
    }.erased()
}

/// The button that sends the form; while that lasts it says so.
#[component]
pub fn Submit(
    /// What it does, as a verb.
    #[prop(into)]
    label: String,
    /// Classes beside those of a button.
    #[prop(default = "btn-primary")]
    class: &'static str,
    /// The name and value it sends, where the form has several buttons.
    #[prop(optional)]
    sends: Option<(&'static str, String)>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let (name, value) = sends.map(|(name, value)| (state.name(name), value)).unzip();
    let mark = dynamic(move || {
        if !state.waits() {
            return ().into_any();
        }
        view! { <span {..attrs!["aria-hidden" = "true"]} class="loading loading-spinner loading-sm"></span> }.erased()
    });
    let waits = Signal::derive(move || state.waits().then(|| "true".to_owned()));
    view! {
        <button {..attrs!["type" = "submit", "name" = name, "value" = value, "aria-disabled" = waits]} class=format!("btn {class}")>{mark}{label}</button>
    }.erased()
}

/// Several [`Submit`]-like buttons of one form have whatever content they like.
#[component]
pub fn Choose(
    /// The field it fills in.
    name: &'static str,
    /// The value it stands for.
    #[prop(into)]
    value: String,
    /// Classes.
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    view! { <button {..attrs!["type" = "submit", "name" = state.name(name), "value" = value]} class=class>{children()}</button> }.erased()
}
