//! What comes alive in the browser on project pages: the form's keeper, the check of the amount.

use domain::{
    lang::Lang,
    money::{Currency, Money},
};
use leptos::prelude::*;

/// Keeps what is typed into the project form in this browser until it is submitted, brings it back
/// after a reload or a lost connection, and says at each field what the domain thinks of it
/// (Source: PRJ-1). `saved` is when the server's draft was saved last; none for a new project.
#[island(lazy)]
pub fn ProjectFormKeeper(
    account: String,
    lang: Lang,
    saved: Option<i64>,
    echoed: bool,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    let said = RwSignal::new(String::new());
    let restored = RwSignal::new(false);
    let key = StoredValue::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let page = browser::Page { account: account.clone(), lang, saved, echoed };
        if let Some(kept) = browser::keep(&place, page, said, restored) {
            key.set_value(kept);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (account, saved, echoed);
    let discard = move |_| {
        #[cfg(feature = "hydrate")]
        browser::discard(&key.get_value());
        #[cfg(not(feature = "hydrate"))]
        let _ = key;
    };
    view! {
        <div node_ref=place class=move || if said.get().is_empty() { "hidden" } else { "mb-4 flex flex-wrap items-center gap-3 text-sm text-muted" }>
            <span role="status">{move || said.get()}</span>
            <button type="button" class="btn btn-sm" on:click=discard hidden=move || !restored.get()>
                {lang.t("放弃恢复的内容", "Discard what was restored").to_owned()}
            </button>
        </div>
    }
}

/// Forgets what the browser kept of a project that was submitted.
#[island(lazy)]
pub fn ForgetDraft(account: String, id: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| browser::forget(&account, &id));
    #[cfg(not(feature = "hydrate"))]
    let _ = (account, id);
    view! { <span hidden></span> }
}

/// Says while typing whether the amount found in the file equals the project's (Source: PRJ-3).
#[island(lazy)]
pub fn AmountCompare(minor: i64, currency: Currency, lang: Lang) -> impl IntoView {
    let place = NodeRef::<leptos::html::P>::new();
    let typed = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            browser::follow(&place, "amount_found", typed);
        }
    });
    let equal = move || {
        Money::parse(&typed.get(), currency).ok().map(|found| found == Money { minor, currency })
    };
    let text = move || match equal() {
        Some(true) => lang.t("与项目合同金额一致", "Equals the project's amount").to_owned(),
        Some(false) => {
            lang.t("与项目合同金额不一致", "Differs from the project's amount").to_owned()
        }
        None => String::new(),
    };
    let class = move || match equal() {
        Some(true) => "mb-4 text-sm font-medium text-success",
        Some(false) => "mb-4 text-sm font-medium text-error",
        None => "hidden",
    };
    view! { <p node_ref=place role="status" class=class>{text}</p> }
}

#[cfg(feature = "hydrate")]
mod browser {
    //! The browser's side of the islands: form controls, events, local storage.

    use domain::{lang::Lang, project::ProjectForm};
    use leptos::prelude::{RwSignal, Set};
    use serde::{Deserialize, Serialize};
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{
        Element, Event, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement,
        HtmlTextAreaElement, Storage,
    };

    use crate::enhance::{show_at, when_released};

    /// The fields that are kept; the file is not, browsers do not allow it.
    const FIELDS: [&str; 10] = [
        "name",
        "description",
        "amount",
        "currency",
        "file_kind",
        "expected_on",
        "customer_name",
        "customer_corp_id",
        "contact",
        "phone",
    ];

    /// What the keeper knows of its page.
    pub struct Page {
        pub account: String,
        pub lang: Lang,
        pub saved: Option<i64>,
        pub echoed: bool,
    }

    #[derive(Serialize, Deserialize)]
    struct Kept {
        id: String,
        /// When the draft over which this was typed had been saved.
        #[serde(default)]
        saved: Option<i64>,
        fields: Vec<(String, String)>,
    }

    fn storage() -> Option<Storage> {
        web_sys::window()?.local_storage().ok().flatten()
    }

    fn key(account: &str, id: &str) -> String {
        format!("fenfa-project-{account}-{id}")
    }

    fn read(key: &str) -> Option<Kept> {
        serde_json::from_str(&storage()?.get_item(key).ok().flatten()?).ok()
    }

    fn remove(key: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(key);
        }
    }

    fn form_of(element: &Element) -> Option<HtmlFormElement> {
        element.closest("form").ok().flatten()?.dyn_into().ok()
    }

    /// Begins to keep the form around `place`; gives the key under which it is kept.
    pub fn keep(
        place: &Element,
        page: Page,
        said: RwSignal<String>,
        restored: RwSignal<bool>,
    ) -> Option<String> {
        let form = form_of(place)?;
        let id = value(&form, "id")?;
        let fresh = key(&page.account, "new");
        let draft = page.saved.is_some();
        let key = if draft { key(&page.account, &id) } else { fresh.clone() };
        if draft && read(&fresh).is_some_and(|kept| kept.id == id) {
            remove(&fresh);
        }
        if !page.echoed && bring_back(&form, &key, page.saved) {
            restored.set(true);
            said.set(
                page.lang
                    .t(
                        "已恢复您在此浏览器中未提交的内容（文件需要重新选择）",
                        "What you had typed in this browser is back (choose the file again)",
                    )
                    .to_owned(),
            );
        }
        listen(&form, "input", {
            let (form, key) = (form.clone(), key.clone());
            move |_| {
                if save(&form, &key, page.saved).is_some() {
                    said.set(
                        page.lang.t("已自动保存在此浏览器", "Kept in this browser").to_owned(),
                    );
                }
            }
        });
        listen(&form, "focusout", {
            let form = form.clone();
            move |event| {
                let Some(name) = left(&event) else { return };
                let form = form.clone();
                when_released(move || judge(&form, &name, page.lang));
            }
        });
        Some(key)
    }

    /// Throws away what was kept and begins anew.
    pub fn discard(key: &str) {
        remove(key);
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    }

    /// Forgets what was kept of a project.
    pub fn forget(account: &str, id: &str) {
        remove(&key(account, id));
        let fresh = key(account, "new");
        if read(&fresh).is_some_and(|kept| kept.id == id) {
            remove(&fresh);
        }
    }

    /// Follows what is typed into the field `name` of the form around `place`.
    pub fn follow(place: &Element, name: &'static str, typed: RwSignal<String>) {
        let Some(form) = form_of(place) else { return };
        typed.set(value(&form, name).unwrap_or_default());
        let inside = form.clone();
        listen(&form, "input", move |_| typed.set(value(&inside, name).unwrap_or_default()));
    }

    fn listen(form: &HtmlFormElement, event: &str, act: impl FnMut(Event) + 'static) {
        let act = Closure::<dyn FnMut(Event)>::new(act);
        let _ = form.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
        act.forget();
    }

    fn value(form: &HtmlFormElement, name: &str) -> Option<String> {
        FormData::new_with_form(form).ok()?.get(name).as_string()
    }

    fn typed(form: &HtmlFormElement) -> Vec<(String, String)> {
        FIELDS.iter().filter_map(|name| Some(((*name).to_owned(), value(form, name)?))).collect()
    }

    /// Brings back what was kept, and says whether it differs. What the draft holds already is kept
    /// no longer, and neither is what was typed over an earlier state of it: the draft has moved on,
    /// perhaps on another device.
    fn bring_back(form: &HtmlFormElement, key: &str, saved: Option<i64>) -> bool {
        let Some(kept) = read(key) else { return false };
        let differs = kept.saved == saved && restore(form, &kept);
        if differs {
            set(form, "id", &kept.id);
        } else {
            remove(key);
        }
        differs
    }

    fn save(form: &HtmlFormElement, key: &str, saved: Option<i64>) -> Option<()> {
        let kept = Kept { id: value(form, "id")?, saved, fields: typed(form) };
        let text = serde_json::to_string(&kept).ok()?;
        storage()?.set_item(key, &text).ok()
    }

    /// Puts back what was kept; true when that changed anything.
    fn restore(form: &HtmlFormElement, kept: &Kept) -> bool {
        let mut changed = false;
        for (name, text) in &kept.fields {
            if FIELDS.contains(&name.as_str()) && value(form, name).as_ref() != Some(text) {
                set(form, name, text);
                changed = true;
            }
        }
        changed
    }

    fn set(form: &HtmlFormElement, name: &str, text: &str) {
        let Ok(controls) = form.query_selector_all(&format!("[name=\"{name}\"]")) else { return };
        for index in 0..controls.length() {
            let Some(control) = controls.item(index) else { continue };
            if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
                match input.type_().as_str() {
                    "radio" => input.set_checked(input.value() == text),
                    "file" => {}
                    _ => input.set_value(text),
                }
            } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
                area.set_value(text);
            } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
                select.set_value(text);
            }
        }
    }

    /// The name of the field that was left.
    fn left(event: &Event) -> Option<String> {
        let element = event.target()?.dyn_into::<Element>().ok()?;
        element.get_attribute("name").filter(|name| FIELDS.contains(&name.as_str()))
    }

    /// Says at a field what the domain thinks of it.
    fn judge(form: &HtmlFormElement, name: &str, lang: Lang) {
        let text = |name: &str| value(form, name).unwrap_or_default();
        let typed = ProjectForm {
            name: text("name"),
            description: text("description"),
            amount: text("amount"),
            currency: text("currency"),
            file: String::new(),
            file_kind: text("file_kind"),
            expected_on: text("expected_on"),
            customer_name: text("customer_name"),
            customer_corp_id: text("customer_corp_id"),
            contact: text("contact"),
            phone: text("phone"),
        };
        let problem = typed.check().err();
        let sentence = problem.as_ref().and_then(|problem| problem.at(name));
        show_at(form, name, sentence.map_or("", |sentence| sentence.get(lang)));
    }
}
