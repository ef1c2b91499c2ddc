//! What the fields of one form know: what was typed before, what is wrong, what is under way.

use domain::{
    command::Posting,
    problem::{FieldProblem, Problem},
};
use leptos::prelude::*;

use super::text;
use crate::call::{Echo, Target};

/// The name of a field of the command as the form has it.
const PREFIX: &str = "command";

/// The state of one form; its fields find it in their context.
#[derive(Clone, Copy)]
pub struct FormState {
    to: Target,
    /// One signal for all: each type of signal is code that the browser loads.
    live: RwSignal<Live>,
}

/// What is known of the form, from what it is made with to what changes while it is looked at.
struct Live {
    posting: Posting,
    /// What was posted before and refused.
    echo: Option<Echo>,
    /// What each field is called.
    labels: Vec<(String, String)>,
    /// Whether there is a field for files.
    files: bool,
    /// Why it was not taken.
    refusal: Option<Problem>,
    /// How often it was not taken.
    refusals: u32,
    /// What is wrong by the last look at what stands in it.
    found: Vec<FieldProblem>,
    /// The fields that were changed or left since the refusal: of these only the last look counts.
    judged: Vec<String>,
    /// An answer is waited for.
    waits: bool,
    /// That has lasted long.
    slow: bool,
    /// The uploads under way, and those that failed.
    #[cfg(feature = "hydrate")]
    uploads: (u32, u32),
}

impl FormState {
    /// Of the form for `to`, with what was posted to it and refused, where its page is shown again
    /// because of that.
    pub(super) fn of(to: Target, posting: Posting) -> Self {
        let echo = use_context::<Echo>().filter(|echo| echo.function == to.path);
        #[cfg(feature = "ssr")]
        if echo.is_some()
            && let Some(told) = use_context::<crate::call::server::Told>()
        {
            told.tell();
        }
        let posting = echo.as_ref().map_or(posting, |echo| kept(echo).unwrap_or(posting));
        let live = Live {
            posting,
            refusal: echo.as_ref().map(|echo| echo.problem.clone()),
            refusals: u32::from(echo.is_some()),
            found: Vec::new(),
            judged: Vec::new(),
            waits: false,
            slow: false,
            #[cfg(feature = "hydrate")]
            uploads: (0, 0),
            echo,
            labels: Vec::new(),
            files: false,
        };
        Self { to, live: RwSignal::new(live) }
    }

    /// The name of a control for the command's field `name`.
    pub fn name(&self, name: &str) -> String {
        format!("{PREFIX}[{name}]")
    }

    /// The id of the control.
    pub fn id(&self, name: &str) -> String {
        format!("f-{}-{name}", self.to.command.replace('/', "-"))
    }

    /// The command's name, by which its files are staged.
    #[cfg(feature = "hydrate")]
    pub(super) fn command(&self) -> &'static str {
        self.to.command
    }

    /// What stands in the control at first: what was posted, else `default`.
    pub fn value(&self, name: &str, default: String) -> String {
        let posted = self.live.with_untracked(|known| {
            let echo = known.echo.as_ref()?;
            Some(echo.value(&self.name(name)).unwrap_or_default().to_owned())
        });
        posted.unwrap_or(default)
    }

    /// All values posted under `name`, each with the name of the file it stands for.
    pub(super) fn files_kept(&self, name: &str) -> Vec<(String, String)> {
        let name = self.name(name);
        self.live.with_untracked(|known| {
            let Some(echo) = &known.echo else { return Vec::new() };
            let ids = echo.pairs.iter().filter(|(key, id)| *key == name && !id.is_empty());
            ids.filter_map(|(_, id)| Some((id.clone(), echo.file(id)?.to_owned()))).collect()
        })
    }

    /// Notes what the field is called, for the summary.
    pub fn call(&self, name: &str, label: &str) {
        self.live.update_untracked(|known| known.labels.push((name.to_owned(), label.to_owned())));
    }

    pub(super) fn label(&self, name: &str) -> String {
        self.live.with_untracked(|known| {
            let found = known.labels.iter().find(|(key, _)| key == name);
            found.map(|(_, label)| label.clone()).unwrap_or_default()
        })
    }

    pub(super) fn set_has_files(&self) {
        self.live.update_untracked(|known| known.files = true);
    }

    pub(super) fn has_files(&self) -> bool {
        self.live.with_untracked(|known| known.files)
    }

    /// What is wrong with the field `name`.
    pub fn problem(&self, name: &'static str) -> Signal<Option<String>> {
        let live = self.live;
        Signal::derive(move || live.with(|live| live.at(name).map(|field| text(&field.text))))
    }

    pub(super) fn posting(&self) -> Posting {
        self.live.with(|live| live.posting)
    }

    pub(super) fn refusal(&self) -> Option<Problem> {
        self.live.with(|live| live.refusal.clone())
    }

    pub(super) fn refusals(&self) -> u32 {
        self.live.with(|live| live.refusals)
    }

    pub(super) fn refusal_untracked(&self) -> Option<Problem> {
        self.live.with_untracked(|live| live.refusal.clone())
    }

    pub(super) fn waits(&self) -> bool {
        self.live.with(|live| live.waits)
    }

    pub(super) fn slow(&self) -> bool {
        self.live.with(|live| live.slow)
    }

    /// Changes how many uploads are under way, and how many failed.
    #[cfg(feature = "hydrate")]
    pub(super) fn count_uploads(&self, change: impl FnOnce(&mut (u32, u32))) {
        self.live.update(|live| change(&mut live.uploads));
    }
}

impl Live {
    fn at(&self, name: &str) -> Option<&FieldProblem> {
        let told = if self.judged.iter().any(|judged| judged == name) {
            &self.found
        } else {
            &self.refusal.as_ref()?.fields
        };
        told.iter().find(|field| field.name == name)
    }
}

/// Whether the key of the posting cannot serve again.
fn is_spent(problem: &Problem) -> bool {
    matches!(&*problem.code, "command.key_used" | "account.signed_in_already")
}

/// What a refused posting was made for: the same command may be sent again.
fn kept(echo: &Echo) -> Option<Posting> {
    if is_spent(&echo.problem) {
        return None;
    }
    let key = echo.value("posting[key]")?.parse().ok()?;
    let asked = echo.value("posting[organisation]").unwrap_or_default().parse().ok();
    let organisation = echo.problem.again.as_ref().map_or(asked, |again| again.organisation);
    Some(Posting { key, organisation, go_back: false })
}

#[cfg(feature = "hydrate")]
mod browser {
    //! Looking at what is typed, and sending it.

    use std::time::Duration;

    use domain::call::unreadable;
    use leptos::task::spawn_local;
    use wasm_bindgen::{JsCast as _, JsValue};
    use web_sys::{
        FormData, HtmlButtonElement, HtmlFormElement, HtmlInputElement, UrlSearchParams,
    };

    use super::{
        super::file::{not_arrived, under_way},
        FormState, PREFIX, Problem, Update as _, WithUntracked as _, is_spent, set_timeout,
    };
    use crate::{
        browser::offer_to_load_again,
        call::{fresh, send},
        enhance::when_released,
    };

    /// How long an answer may take before people are told that it is waited for.
    const PATIENCE: Duration = Duration::from_secs(3);

    impl FormState {
        /// Sends the command, unless it is being sent; then does something with its answer.
        pub fn submit(&self, event: &leptos::ev::SubmitEvent, done: impl FnOnce(String) + 'static) {
            let state = *self;
            if self.live.with_untracked(|live| live.waits) {
                return;
            }
            let Some(data) = data(event) else { return };
            let wrong = self.uploads().or_else(|| (self.to.check)(&typed(&data)).err());
            if let Some(problem) = wrong {
                self.refused(problem);
                return;
            }
            self.live.update(|live| live.waits = true);
            let still = move || {
                let _ = state.live.try_update(|live| live.slow = live.waits);
            };
            set_timeout(still, PATIENCE);
            spawn_local(async move {
                match send(state.to.path, encoded(&data)).await {
                    Ok(answer) => {
                        state.settled();
                        done(answer);
                    }
                    Err(problem) => state.refused(problem),
                }
            });
        }

        /// Why the form cannot be sent yet: a file is still on its way, or did not arrive.
        fn uploads(&self) -> Option<Problem> {
            match self.live.with_untracked(|live| live.uploads) {
                (0, 0) => None,
                (0, _) => Some(not_arrived()),
                _ => Some(under_way()),
            }
        }

        /// The command was not done.
        fn refused(&self, problem: Problem) {
            if problem.code == unreadable().code {
                offer_to_load_again();
            }
            let _ = self.live.try_update(|live| {
                (live.waits, live.slow) = (false, false);
                live.judged.clear();
                if let Some(again) = &problem.again {
                    live.posting.organisation = again.organisation;
                }
                if is_spent(&problem) {
                    live.posting = fresh(live.posting.organisation);
                }
                live.refusal = Some(problem);
                live.refusals += 1;
            });
        }

        /// The command was done: the form is for another one from now on.
        fn settled(&self) {
            let _ = self.live.try_update(|live| {
                (live.waits, live.slow) = (false, false);
                live.judged.clear();
                live.refusal = None;
                live.posting = fresh(live.posting.organisation);
            });
        }

        /// Something was typed: what was wrong there may be right by now.
        pub fn typed(&self, event: &web_sys::Event) {
            let Some((name, _)) = field(event) else { return };
            let told = self
                .live
                .with_untracked(|live| live.judged.contains(&name) || live.at(&name).is_some());
            if told {
                self.judge(event, name);
            }
        }

        /// A field was left: what is wrong with it is said now.
        pub fn left(&self, event: &web_sys::FocusEvent) {
            if let Some((name, true)) = field(event) {
                self.judge(event, name);
            }
        }

        fn judge(&self, event: &web_sys::Event, name: String) {
            let Some(form) = form(event) else { return };
            let Ok(data) = FormData::new_with_form(&form) else { return };
            let checked = (self.to.check)(&typed(&data));
            let found = checked.err().map(|problem| problem.fields).unwrap_or_default();
            let live = self.live;
            // A sentence that appears between press and release would move the button away.
            when_released(move || {
                let _ = live.try_update(|live| {
                    live.found = found;
                    if !live.judged.contains(&name) {
                        live.judged.push(name);
                    }
                });
            });
        }
    }

    /// What would be sent, with the value of the button that was pressed.
    fn data(event: &leptos::ev::SubmitEvent) -> Option<FormData> {
        let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        let button =
            event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
        if let Some(button) = button.filter(|button| !button.name().is_empty()) {
            data.append_with_str(&button.name(), &button.value()).ok()?;
        }
        Some(data)
    }

    /// As a form without scripts would post it.
    fn encoded(data: &FormData) -> String {
        let pairs = UrlSearchParams::new_with_str_sequence_sequence(data);
        pairs.map(|pairs| pairs.to_string().into()).unwrap_or_default()
    }

    /// The command's fields as a JSON object of texts.
    fn typed(data: &FormData) -> String {
        let fields = js_sys::Object::new();
        let pairs = js_sys::try_iter(data).ok().flatten();
        for pair in pairs.into_iter().flatten().filter_map(Result::ok) {
            let pair: js_sys::Array = pair.unchecked_into();
            let name = pair.get(0).as_string().unwrap_or_default();
            if let Some(name) = inner(&name) {
                let _ = js_sys::Reflect::set(&fields, &JsValue::from_str(name), &pair.get(1));
            }
        }
        js_sys::JSON::stringify(&fields).map(String::from).unwrap_or_default()
    }

    /// The command's field that a control is for.
    fn inner(name: &str) -> Option<&str> {
        name.strip_prefix(PREFIX)?.strip_prefix('[')?.split(']').next()
    }

    /// The command's field that an event is about, and whether anything was typed into it.
    fn field(event: &web_sys::Event) -> Option<(String, bool)> {
        let target = event.target()?;
        let text = |name: &str| js_sys::Reflect::get(&target, &name.into()).ok()?.as_string();
        let name = inner(&text("name")?)?.to_owned();
        let filled = match target.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::type_) {
            Some(kind) if matches!(&*kind, "checkbox" | "radio" | "file") => false,
            _ => !text("value").unwrap_or_default().is_empty(),
        };
        Some((name, filled))
    }

    fn form(event: &web_sys::Event) -> Option<HtmlFormElement> {
        let target: web_sys::Element = event.target()?.dyn_into().ok()?;
        target.closest("form").ok()??.dyn_into().ok()
    }
}
