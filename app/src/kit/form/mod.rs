//! The one form of all commands. With scripts it checks as one types, sends once, shows progress and
//! tells problems at their fields; without them it posts to the URL of its page and names its function
//! (Source: ALL-4, ALL-5; see docs/decisions/0009-server-functions.md).

mod field;
mod file;
mod state;
#[cfg(all(test, feature = "ssr"))]
mod tests;

use domain::{
    command::Posting,
    problem::{Kind, Problem},
};
use leptos::{
    prelude::*,
    server_fn::{
        Http, ServerFn,
        client::Client,
        codec::{Json, PostUrl},
    },
};
use serde::de::DeserializeOwned;

pub use field::{Area, Check, Choices, Hidden, Input, Select};
pub use file::{FileField, Staged};
pub use state::FormState;

use super::{Icon, icon, lang, t, text};
use crate::call::Sends;

/// The form of the command that `F` carries.
#[component]
pub fn CommandForm<F>(
    /// Calls the function.
    action: ServerAction<F>,
    /// What it is made for.
    posting: Posting,
    /// The URL of the page it stands on: it posts there where scripts do not run.
    #[prop(into)]
    page: String,
    /// Where people are afterwards; a screen that goes on by itself has `on_done` as well.
    #[prop(into)]
    done: String,
    /// What a screen does with the answer instead of loading `done`.
    #[prop(optional, into)]
    on_done: Option<Callback<F::Output>>,
    /// What tells it from other forms of the same command on the page.
    #[prop(optional, into)]
    name: String,
    /// The fields and buttons.
    children: Children,
    /// Classes of the form.
    #[prop(default = "")]
    class: &'static str,
) -> impl IntoView
where
    F: Sends
        + ServerFn<Protocol = Http<PostUrl, Json>>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    F::Output: Clone + Send + Sync + 'static,
    F::Client: Client<Problem>,
{
    let state = FormState::of::<F>(posting, &name);
    provide_context(state);
    let pending = action.pending();
    state.follow_pending(pending);
    let go = done.clone();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(answer)) => {
            state.settled();
            match on_done {
                Some(heard) => heard.run(answer),
                None => leave(&go),
            }
        }
        Some(Err(problem)) => state.refused(problem),
        None => {}
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        #[cfg(feature = "hydrate")]
        if !pending.get_untracked() {
            submit::<F>(state, action, &event);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = pending;
    };
    let typed = move |event: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        state.typed(&event, &browser::check::<F>);
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    };
    let left = move |event: leptos::ev::FocusEvent| {
        #[cfg(feature = "hydrate")]
        state.left(&event, &browser::check::<F>);
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    };
    // Built before the summary, which says by name which fields are at fault.
    let content = children();
    let name = (!name.is_empty()).then(|| view! { <input type="hidden" name="_form" value=name/> });
    let kind = state.has_files().then_some("multipart/form-data");
    view! {
        <form method="post" action=page enctype=kind class=class novalidate
            aria-busy=move || pending.get().to_string() data-busy=move || pending.get().then_some("")
            on:submit=submit on:input=typed on:focusout=left>
            <input type="hidden" name="_fn" value=F::PATH/>
            <input type="hidden" name="_done" value=done/>
            {name}
            <input type="hidden" name="posting[key]" value=move || state.posting().key.to_string()/>
            <input type="hidden" name="posting[organisation]" value=move || state.posting().organisation.map(|id| id.to_string()).unwrap_or_default()/>
            <Summary state/>
            {content}
            <p class="mt-3 text-sm text-muted empty:hidden" role="status">{move || state.slow().then(|| t("服务器还没有回应，正在自动重试；不会执行两遍。", "No answer yet; trying again by itself. Nothing is done twice."))}</p>
        </form>
    }
}

fn leave(url: &str) {
    #[cfg(feature = "hydrate")]
    crate::browser::leave(url);
    #[cfg(not(feature = "hydrate"))]
    let _ = url;
}

/// Says over the form what is wrong and where, and takes the focus.
#[component]
fn Summary(state: FormState) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        let refused = state.refusal().is_some();
        if let Some(place) = place.get().filter(|_| refused) {
            let _ = place.focus();
        }
    });
    let hidden = move || state.refusal().is_none();
    let sentence = move || state.refusal().map(|problem| text(&problem.text));
    let remedy = move || state.refusal().map(|problem| text(&problem.remedy));
    let reference = move || {
        let number = state.refusal()?.reference?;
        Some(format!("{} {number}", t("编号", "Reference")))
    };
    let lines = move || {
        let problem = state.refusal()?;
        let lines = problem.fields.iter().map(|field| {
            let target = format!("#{}", state.id(&field.name));
            let line = field.line(&state.label(&field.name), lang());
            view! { <li><a class="link inline-block py-0.5 align-top leading-6" href=target rel="external">{line}</a></li> }
        });
        Some(lines.collect_view())
    };
    let again = move || {
        let label = text(&state.refusal()?.again?.label);
        Some(
            view! { <button class="btn btn-sm mt-3" name="posting[go_back]" value="true">{label}</button> },
        )
    };
    // What was typed waits here while people sign in elsewhere.
    let door = move || {
        let ended = state.refusal()?.kind == Kind::Unauthenticated;
        ended.then(|| view! { <a class="link mt-2 inline-block text-sm" href="/sign-in" target="_blank">{t("在新窗口登录", "Sign in in a new window")}</a> })
    };
    // A refusal that came with the page takes the focus without scripts.
    let came = state.refusal_untracked().is_some();
    view! {
        <div node_ref=place class="alert alert-error alert-soft mb-6 items-start" role="alert" tabindex="-1" data-summary autofocus=came hidden=hidden>
            {icon(Icon::Alert)}
            <div class="min-w-0">
                <p class="font-medium">{sentence}</p>
                <p class="text-sm">{remedy}</p>
                <p class="text-sm empty:hidden">{reference}</p>
                <ul class="mt-1 list-disc pl-5 text-sm empty:hidden">{lines}</ul>
                {again}{door}
            </div>
        </div>
    }
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
    let mark = move || {
        state.waits().then(|| view! { <span class="loading loading-spinner loading-sm" aria-hidden="true"></span> })
    };
    view! {
        <button type="submit" class=format!("btn {class}") name=name value=value aria-disabled=move || state.waits().then_some("true")>{mark}{label}</button>
    }
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
    view! { <button type="submit" class=class name=state.name(name) value=value>{children()}</button> }
}

#[cfg(feature = "hydrate")]
fn submit<F>(state: FormState, action: ServerAction<F>, event: &leptos::ev::SubmitEvent)
where
    F: Sends
        + ServerFn<Protocol = Http<PostUrl, Json>>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    F::Output: Send + Sync + 'static,
    F::Client: Client<Problem>,
{
    if let Some(problem) = state.uploads() {
        state.refused(problem);
        return;
    }
    let Some(data) = browser::data(event) else { return };
    match browser::read::<F>(&data) {
        Ok(call) => {
            action.dispatch(call);
        }
        Err(problem) => state.refused(problem),
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    //! Reading the form out of the page.

    use domain::{call::malformed, command::Command as _};
    use leptos::form::FromFormData as _;
    use wasm_bindgen::JsCast as _;
    use web_sys::{FormData, HtmlButtonElement, HtmlFormElement};

    use super::{DeserializeOwned, Problem, Sends};
    use crate::call::Sent;

    /// What would be sent, with the value of the button that was pressed.
    pub fn data(event: &leptos::ev::SubmitEvent) -> Option<FormData> {
        let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        let button =
            event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
        if let Some(button) = button.filter(|button| !button.name().is_empty()) {
            data.append_with_str(&button.name(), &button.value()).ok()?;
        }
        Some(data)
    }

    /// What is wrong with what stands in the form.
    pub fn check<F: Sends>(data: &FormData) -> Result<(), Problem> {
        let sent = Sent::<F::Command>::from_form_data(data).map_err(|_| malformed())?;
        sent.command.check().map(drop)
    }

    /// The call, where nothing is wrong.
    pub fn read<F: Sends + DeserializeOwned>(data: &FormData) -> Result<F, Problem> {
        check::<F>(data)?;
        F::from_form_data(data).map_err(|_| malformed())
    }
}
