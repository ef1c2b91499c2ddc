//! The designer's islands: dragging things into their order, and the preview of a field while its
//! properties are typed.

use domain::{application::Field, lang::Lang, when::When};
use leptos::prelude::*;

use super::preview;

/// Lets the items of the lists within the element `root` be dragged. An item's `data-move` is the
/// command that moves it, with `{list}` and `{index}` for where it went.
#[island(lazy)]
pub fn DragOrder(root: String) -> impl IntoView {
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        super::drag::start(&root);
        #[cfg(not(feature = "hydrate"))]
        let _ = &root;
    });
}

/// The field as its properties in the form `form` stand, saved or not.
#[island(lazy)]
pub fn LivePreview(field: Field, lang: Lang, now: When, form: String) -> impl IntoView {
    let seen = RwSignal::new(field.clone());
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        super::live::follow(&form, field.clone(), lang, seen);
        #[cfg(not(feature = "hydrate"))]
        let _ = (&form, &field, seen);
    });
    move || preview::field(&seen.get(), lang, now)
}
