//! The form that comes alive: checks each input by the server's own rules as soon as it is left,
//! adds and removes rows in place, searches while typing, and shows what files were chosen. The
//! filters over a list search in the same way.

use domain::{
    application::FormDocument, identity::AccountId, lang::Lang, record::RecordValues, when::When,
};
use leptos::prelude::*;

/// Enhances the form it stands in; shows nothing itself.
#[island(lazy)]
pub fn LiveForm(
    form: FormDocument,
    now: When,
    me: Option<AccountId>,
    before: Option<RecordValues>,
    lang: Lang,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(element) = form_around(place) {
            super::live::enhance(&element, form.clone(), now, me, before.clone(), lang);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (&form, now, me, &before, lang);
    view! { <span node_ref=place hidden></span> }
}

/// Lets the pickers of the form it stands in search while somebody types; shows nothing itself.
#[island(lazy)]
pub fn LivePickers() -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(element) = form_around(place) {
            super::live::pickers(&element);
        }
    });
    view! { <span node_ref=place hidden></span> }
}

#[cfg(feature = "hydrate")]
fn form_around(place: NodeRef<leptos::html::Span>) -> Option<web_sys::HtmlFormElement> {
    use wasm_bindgen::JsCast as _;
    place.get()?.closest("form").ok().flatten()?.dyn_into().ok()
}
