//! The preview follows what is typed, and each input is checked by the server's own rules when it
//! is left.

use domain::{application::Field, lang::Lang, record::Pairs};
use leptos::prelude::{RwSignal, Set};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, FormData, HtmlFormElement};

use crate::enhance;

/// Watches the form whose `data-form` is `name`.
pub fn follow(name: &str, field: Field, lang: Lang, seen: RwSignal<Field>) {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document
        .and_then(|document| {
            document.query_selector(&format!("form[data-form=\"{name}\"]")).ok()?
        })
        .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = found else { return };
    let listener = {
        let form = form.clone();
        Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let (typed, problem) = field.as_typed(&pairs(&form));
            seen.set(typed);
            if event.type_() == "change" {
                let input = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let name = input.and_then(|input| input.get_attribute("name")).unwrap_or_default();
                let text = problem.as_ref().and_then(|problem| problem.at(&name).cloned());
                let form = form.clone();
                enhance::when_released(move || {
                    let text = text.as_ref().map_or("", |text| text.get(lang));
                    enhance::show_at(&form, &name, text);
                });
            }
        })
    };
    for event in ["input", "change"] {
        let _ = form.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

fn pairs(form: &HtmlFormElement) -> Pairs {
    let Ok(data) = FormData::new_with_form(form) else { return Pairs::default() };
    let Ok(Some(entries)) = js_sys::try_iter(&data) else { return Pairs::default() };
    entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let entry = js_sys::Array::from(&entry);
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        })
        .collect()
}
