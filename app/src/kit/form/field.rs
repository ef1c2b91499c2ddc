//! The controls of a form: label, hint, what was typed, the problem at the field.

use leptos::{prelude::*, tachys::html::attribute::any_attribute::AnyAttribute};

use super::FormState;
use crate::kit::{Erased as _, attrs, t};

/// The parts around every control.
struct Frame {
    state: FormState,
    name: &'static str,
    id: String,
    said: String,
    problem: Signal<Option<String>>,
}

impl Frame {
    fn of(name: &'static str, label: &str) -> Self {
        let state = expect_context::<FormState>();
        state.call(name, label);
        let id = state.id(name);
        Self { state, name, said: format!("{id}-said"), problem: state.problem(name), id }
    }

    /// What every control says of itself.
    fn control(&self, required: bool) -> Vec<AnyAttribute> {
        let problem = self.problem;
        let invalid =
            Signal::derive(move || problem.with(Option::is_some).then(|| "true".to_owned()));
        attrs![
            "id" = self.id.clone(),
            "name" = self.state.name(self.name),
            "aria-describedby" = self.said.clone(),
            "aria-invalid" = invalid,
            "aria-required" = required.then_some("true"),
        ]
    }

    /// The hint and the sentence at the field, which the control names as its description.
    fn below(&self, hint: String) -> impl IntoView + use<> {
        let problem = self.problem;
        let hint = (!hint.is_empty())
            .then(|| view! { <p class="mt-1 text-sm text-muted">{hint}</p> }.erased());
        view! {
            <div {..attrs!["id" = self.said.clone()]}>
                {hint}
                <p class="mt-1 text-sm text-error empty:hidden">{problem}</p>
            </div>
        }
        .erased()
    }
}

/// A label, with a word where the field may stay empty.
#[component]
fn Label(id: String, text: String, required: bool) -> impl IntoView {
    let optional = (!required).then(|| {
        view! { <span class="font-normal text-muted">{t("（选填）", " (optional)")}</span> }
            .erased()
    });
    view! { <label {..attrs!["for" = id]} class="mb-1 block font-medium">{text}{optional}</label> }
        .erased()
}

/// One line of text, or another kind of `<input>`.
#[component]
pub fn Input(
    /// The command's field.
    name: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// The type of the control.
    #[prop(default = "text")]
    kind: &'static str,
    /// What helps to fill it in.
    #[prop(into, default = String::new())]
    hint: String,
    /// What stands in it at first.
    #[prop(into, default = String::new())]
    value: String,
    /// It must be filled in.
    #[prop(default = false)]
    required: bool,
    /// What the browser may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    input_mode: Option<&'static str>,
    /// An example.
    #[prop(default = "")]
    placeholder: &'static str,
) -> impl IntoView {
    let frame = Frame::of(name, &label);
    // A password never comes back.
    let value = if kind == "password" { String::new() } else { frame.state.value(name, value) };
    let placeholder = (!placeholder.is_empty()).then_some(placeholder);
    view! {
        <div class="mb-5">
            <Label id=frame.id.clone() text=label required/>
            <input {..frame.control(required)} {..attrs!["type" = kind, "value" = value, "autocomplete" = autocomplete, "inputmode" = input_mode, "placeholder" = placeholder]}
                class="input w-full"/>
            {frame.below(hint)}
        </div>
    }.erased()
}

/// Several lines of text.
#[component]
pub fn Area(
    /// The command's field.
    name: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(into, default = String::new())]
    hint: String,
    /// What stands in it at first.
    #[prop(into, default = String::new())]
    value: String,
    /// It must be filled in.
    #[prop(default = false)]
    required: bool,
    /// Lines shown.
    #[prop(default = 3)]
    rows: u32,
) -> impl IntoView {
    let frame = Frame::of(name, &label);
    let value = frame.state.value(name, value);
    view! {
        <div class="mb-5">
            <Label id=frame.id.clone() text=label required/>
            <textarea {..frame.control(required)} {..attrs!["rows" = rows.to_string()]} class="textarea w-full" inner_html=inside(&value)></textarea>
            {frame.below(hint)}
        </div>
    }.erased()
}

/// What a text area holds, as HTML: the renderer does not escape it, and the parser of a document drops
/// one line break at its start.
fn inside(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if cfg!(feature = "ssr") { format!("\n{escaped}") } else { escaped }
}

/// One of `(value, label)` in a list.
#[component]
pub fn Select(
    /// The command's field.
    name: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// What there is to choose from.
    options: Vec<(String, String)>,
    /// What helps to choose.
    #[prop(into, default = String::new())]
    hint: String,
    /// What is chosen at first.
    #[prop(into, default = String::new())]
    value: String,
    /// It must be chosen.
    #[prop(default = false)]
    required: bool,
) -> impl IntoView {
    let frame = Frame::of(name, &label);
    let chosen = frame.state.value(name, value);
    let options = options.into_iter().map(|(value, label)| {
        let selected = value == chosen;
        view! { <option {..attrs!["value" = value, "selected" = selected]}>{label}</option> }
            .erased()
    });
    view! {
        <div class="mb-5">
            <Label id=frame.id.clone() text=label required/>
            <select {..frame.control(required)} class="select w-full">
                {options.collect_view()}
            </select>
            {frame.below(hint)}
        </div>
    }
    .erased()
}

/// One of `(value, label, explanation)`, all of them visible.
#[component]
pub fn Choices(
    /// The command's field.
    name: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// What there is to choose from.
    options: Vec<(String, String, String)>,
    /// What is chosen at first.
    #[prop(into, default = String::new())]
    value: String,
) -> impl IntoView {
    let frame = Frame::of(name, &label);
    let chosen = frame.state.value(name, value);
    let options = options.into_iter().map(|(value, label, explanation)| {
        let checked = value == chosen;
        let explanation = (!explanation.is_empty())
            .then(|| view! { <span class="block text-sm text-muted">{explanation}</span> }.erased());
        view! {
            <label class="mt-2 flex cursor-pointer items-start gap-3 rounded-field border border-base-300 p-3 has-checked:border-primary">
                <input {..attrs!["type" = "radio", "name" = frame.state.name(name), "value" = value, "checked" = checked]} class="radio radio-primary radio-sm mt-0.5"/>
                <span><span class="block">{label}</span>{explanation}</span>
            </label>
        }.erased()
    });
    view! {
        <fieldset {..attrs!["id" = frame.id.clone(), "tabindex" = "-1", "aria-describedby" = frame.said.clone()]} class="mb-5">
            <legend class="font-medium">{label}</legend>
            {options.collect_view()}
            {frame.below(String::new())}
        </fieldset>
    }.erased()
}

/// Yes or no.
#[component]
pub fn Check(
    /// The command's field: `1` when ticked, absent otherwise.
    name: &'static str,
    /// What is agreed to.
    #[prop(into)]
    label: String,
    /// What helps to decide.
    #[prop(into, default = String::new())]
    hint: String,
) -> impl IntoView {
    let frame = Frame::of(name, &label);
    let checked = !frame.state.value(name, String::new()).is_empty();
    view! {
        <div class="mb-5">
            <label {..attrs!["for" = frame.id.clone()]} class="flex items-start gap-3">
                <input {..frame.control(false)} {..attrs!["type" = "checkbox", "value" = "1", "checked" = checked]}
                    class="checkbox checkbox-primary checkbox-sm mt-1"/>
                <span class="font-medium">{label}</span>
            </label>
            {frame.below(hint)}
        </div>
    }.erased()
}

/// A value that nobody types.
#[component]
pub fn Hidden(
    /// The command's field.
    name: &'static str,
    /// The value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    view! { <input {..attrs!["type" = "hidden", "name" = state.name(name), "value" = value]}/> }
        .erased()
}
