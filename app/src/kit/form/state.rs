//! What the fields of one form know: what was typed before, what is wrong, what is under way.

use domain::{
    command::{Command as _, Posting},
    problem::{FieldProblem, Problem},
};
use leptos::prelude::*;

use crate::call::{Echo, Sends};

/// The name of a field of the command as the form has it.
const PREFIX: &str = "command";
/// How long an answer may take before people are told that it is waited for.
#[cfg(feature = "hydrate")]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// The state of one form; its fields find it in their context.
#[derive(Clone, Copy)]
pub struct FormState {
    form: &'static str,
    echo: StoredValue<Option<Echo>>,
    posting: RwSignal<Posting>,
    /// Why it was not taken.
    refusal: RwSignal<Option<Problem>>,
    /// What is wrong by the last look at what stands in it.
    found: RwSignal<Vec<FieldProblem>>,
    /// The fields that were changed or left since the refusal: of these only the last look counts.
    judged: RwSignal<Vec<String>>,
    labels: StoredValue<Vec<(String, String)>>,
    files: StoredValue<bool>,
    /// The uploads under way, and those that failed.
    #[cfg(feature = "hydrate")]
    uploads: RwSignal<(u32, u32)>,
    waits: RwSignal<bool>,
    slow: RwSignal<bool>,
}

impl FormState {
    /// Of the form for `F`, with what was posted to it and refused, where its page is shown again
    /// because of that.
    pub(super) fn of<F: Sends>(posting: Posting, name: &str) -> Self {
        let posted = |echo: &Echo| {
            echo.function == F::PATH && echo.value("_form").unwrap_or_default() == name
        };
        let echo = use_context::<Echo>().filter(posted);
        #[cfg(feature = "ssr")]
        if echo.is_some()
            && let Some(told) = use_context::<crate::call::server::Told>()
        {
            told.tell();
        }
        let posting = echo.as_ref().map_or(posting, |echo| kept(echo).unwrap_or(posting));
        let refusal = echo.as_ref().map(|echo| echo.problem.clone());
        Self {
            form: F::Command::NAME,
            echo: StoredValue::new(echo),
            posting: RwSignal::new(posting),
            refusal: RwSignal::new(refusal),
            found: RwSignal::default(),
            judged: RwSignal::default(),
            labels: StoredValue::default(),
            files: StoredValue::new(false),
            #[cfg(feature = "hydrate")]
            uploads: RwSignal::default(),
            waits: RwSignal::new(false),
            slow: RwSignal::new(false),
        }
    }

    /// The name of a control for the command's field `name`.
    pub fn name(&self, name: &str) -> String {
        format!("{PREFIX}[{name}]")
    }

    /// The id of the control.
    pub fn id(&self, name: &str) -> String {
        format!("f-{}-{name}", self.form.replace('/', "-"))
    }

    /// What stands in the control at first: what was posted, else `default`.
    pub fn value(&self, name: &str, default: String) -> String {
        let posted = self.echo.with_value(|echo| {
            let echo = echo.as_ref()?;
            Some(echo.value(&self.name(name)).unwrap_or_default().to_owned())
        });
        posted.unwrap_or(default)
    }

    /// All values posted under `name`, each with the name of the file it stands for.
    pub(super) fn files_kept(&self, name: &str) -> Vec<(String, String)> {
        let name = self.name(name);
        self.echo.with_value(|echo| {
            let Some(echo) = echo else { return Vec::new() };
            let ids = echo.pairs.iter().filter(|(key, id)| *key == name && !id.is_empty());
            ids.filter_map(|(_, id)| Some((id.clone(), echo.files.get(id)?.clone()))).collect()
        })
    }

    /// Notes what the field is called, for the summary.
    pub fn call(&self, name: &str, label: &str) {
        self.labels.update_value(|labels| labels.push((name.to_owned(), label.to_owned())));
    }

    pub(super) fn label(&self, name: &str) -> String {
        self.labels.with_value(|labels| {
            let found = labels.iter().find(|(key, _)| key == name);
            found.map(|(_, label)| label.clone()).unwrap_or_default()
        })
    }

    /// What is wrong with the field `name`.
    pub fn problem(&self, name: &'static str) -> Signal<Option<String>> {
        let state = *self;
        Signal::derive(move || {
            let told = |fields: &[FieldProblem]| {
                fields.iter().find(|field| field.name == name).map(|field| super::text(&field.text))
            };
            if state.judged.with(|judged| judged.iter().any(|judged| judged == name)) {
                return state.found.with(|found| told(found));
            }
            state.refusal.with(|refusal| told(&refusal.as_ref()?.fields))
        })
    }

    pub(super) fn posting(&self) -> Posting {
        self.posting.get()
    }

    pub(super) fn refusal(&self) -> Option<Problem> {
        self.refusal.get()
    }

    pub(super) fn refusal_untracked(&self) -> Option<Problem> {
        self.refusal.get_untracked()
    }

    /// Whether an answer is waited for.
    pub(super) fn waits(&self) -> bool {
        self.waits.get()
    }

    /// Whether that has lasted long.
    pub(super) fn slow(&self) -> bool {
        self.slow.get()
    }

    pub(super) fn follow_pending(&self, pending: Memo<bool>) {
        let state = *self;
        Effect::new(move |_| {
            let waits = pending.get();
            state.waits.set(waits);
            state.slow.set(false);
            #[cfg(feature = "hydrate")]
            if waits {
                let still =
                    move || state.slow.set(state.waits.try_get_untracked().unwrap_or(false));
                set_timeout(still, PATIENCE);
            }
        });
    }

    /// The command was not done.
    pub(super) fn refused(&self, problem: Problem) {
        #[cfg(feature = "hydrate")]
        if problem.code == domain::call::unreadable().code {
            crate::browser::offer_to_load_again();
        }
        self.judged.update(Vec::clear);
        self.posting.update(|posting| {
            if let Some(again) = &problem.again {
                posting.organisation = again.organisation;
            }
            if is_spent(&problem) {
                *posting = crate::call::fresh(posting.organisation);
            }
        });
        self.refusal.set(Some(problem));
    }

    /// The command was done: the form is for another one from now on.
    pub(super) fn settled(&self) {
        self.judged.update(Vec::clear);
        self.refusal.set(None);
        self.posting.update(|posting| *posting = crate::call::fresh(posting.organisation));
    }

    pub(super) fn set_has_files(&self) {
        self.files.set_value(true);
    }

    pub(super) fn has_files(&self) -> bool {
        self.files.get_value()
    }

    /// Changes how many uploads are under way, and how many failed.
    #[cfg(feature = "hydrate")]
    pub(super) fn count_uploads(&self, change: impl FnOnce(&mut (u32, u32))) {
        self.uploads.update(change);
    }

    /// Why the form cannot be sent yet: a file is still on its way, or did not arrive.
    #[cfg(feature = "hydrate")]
    pub(super) fn uploads(&self) -> Option<Problem> {
        match self.uploads.get_untracked() {
            (0, 0) => None,
            (0, _) => Some(super::file::not_arrived()),
            _ => Some(super::file::under_way()),
        }
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
    //! Looking at what is typed.

    use wasm_bindgen::JsCast as _;
    use web_sys::{FormData, HtmlFormElement, HtmlInputElement};

    use super::{
        FieldProblem, FormState, PREFIX, Problem, Set as _, Update as _, WithUntracked as _,
    };
    use crate::enhance::when_released;

    /// Looks at all that stands in a form.
    type Check = dyn Fn(&FormData) -> Result<(), Problem>;

    impl FormState {
        /// Something was typed: what was wrong there may be right by now.
        pub fn typed(&self, event: &web_sys::Event, check: &Check) {
            let Some((name, _)) = field(event) else { return };
            let told = |fields: &[FieldProblem]| fields.iter().any(|field| field.name == name);
            let was_wrong = self.refusal.with_untracked(|refusal| {
                refusal.as_ref().is_some_and(|problem| told(&problem.fields))
            });
            let judged = self.judged.with_untracked(|judged| judged.contains(&name));
            if was_wrong || judged {
                self.judge(event, name, check);
            }
        }

        /// A field was left: what is wrong with it is said now.
        pub fn left(&self, event: &web_sys::FocusEvent, check: &Check) {
            if let Some((name, true)) = field(event) {
                self.judge(event, name, check);
            }
        }

        fn judge(&self, event: &web_sys::Event, name: String, check: &Check) {
            let Some(form) = form(event) else { return };
            let Ok(data) = FormData::new_with_form(&form) else { return };
            let found = check(&data).err().map(|problem| problem.fields).unwrap_or_default();
            let state = *self;
            // A sentence that appears between press and release would move the button away.
            when_released(move || {
                state.found.set(found);
                state.judged.update(|judged| {
                    if !judged.contains(&name) {
                        judged.push(name);
                    }
                });
            });
        }
    }

    /// The command's field that an event is about, and whether anything stands in it.
    fn field(event: &web_sys::Event) -> Option<(String, bool)> {
        let target = event.target()?;
        let name = js_sys::Reflect::get(&target, &"name".into()).ok()?.as_string()?;
        let name = name.strip_prefix(PREFIX)?.strip_prefix('[')?.split(']').next()?.to_owned();
        let filled = match target.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::type_) {
            Some(kind) if matches!(&*kind, "checkbox" | "radio" | "file") => false,
            _ => {
                let value = js_sys::Reflect::get(&target, &"value".into()).ok()?;
                !value.as_string().unwrap_or_default().is_empty()
            }
        };
        Some((name, filled))
    }

    fn form(event: &web_sys::Event) -> Option<HtmlFormElement> {
        let target: web_sys::Element = event.target()?.dyn_into().ok()?;
        target.closest("form").ok()??.dyn_into().ok()
    }
}
