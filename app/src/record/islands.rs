//! The form that comes alive: checks each input by the server's own rules as soon as it is left,
//! adds and removes rows in place, searches while typing, and shows what files were chosen.

use domain::{
    application::FormDocument, identity::AccountId, lang::Lang, record::RecordValues, when::When,
};
use leptos::prelude::*;

/// Enhances the form it stands in; shows nothing itself.
#[island]
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
        use wasm_bindgen::JsCast as _;
        let form_element = place
            .get()
            .and_then(|place| place.closest("form").ok().flatten())
            .and_then(|found| found.dyn_into::<web_sys::HtmlFormElement>().ok());
        if let Some(element) = form_element {
            super::live::enhance(&element, form.clone(), now, me, before.clone(), lang);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (&form, now, me, &before, lang);
    view! { <span node_ref=place hidden></span> }
}
