//! Islands that several areas use. Each area keeps its own beside its pages, in `islands.rs`.

use std::ops::ControlFlow;

use leptos::prelude::*;

use crate::live;

/// A button that copies a text to the clipboard and says so.
#[island(lazy)]
pub fn CopyButton(text: String, label: String, done: String, small: bool) -> impl IntoView {
    let copied = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    let copy = move |event: web_sys::MouseEvent| {
        let (button, text) = (event_target::<web_sys::Element>(&event), text.clone());
        leptos::task::spawn_local(async move {
            copied.set(to_clipboard(&text).await || select_beside(&button).is_some());
        });
    };
    #[cfg(not(feature = "hydrate"))]
    let copy = move |_| {
        let _ = (&text, copied);
    };
    view! {
        <button type="button" class="btn js-only whitespace-nowrap" class:btn-sm=small on:click=copy aria-live="polite">
            {move || if copied.get() { done.clone() } else { label.clone() }}
        </button>
    }
}

/// Browsers have a clipboard for scripts only where the connection is secure.
#[cfg(feature = "hydrate")]
async fn to_clipboard(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Elsewhere the text, which stands in the field before the button, is selected and copied as by hand.
#[cfg(feature = "hydrate")]
fn select_beside(button: &web_sys::Element) -> Option<()> {
    use wasm_bindgen::JsCast as _;
    let place = button.closest("leptos-island").ok()??.previous_element_sibling()?;
    place.dyn_into::<web_sys::HtmlInputElement>().ok()?.select();
    let document = document().dyn_into::<web_sys::HtmlDocument>().ok()?;
    document.exec_command("copy").ok()?.then_some(())
}

/// Loads the page anew when the server's events at `url` tell another `mark` than the page was made
/// with. Without scripts the page loads itself again from time to time.
#[island(lazy)]
pub fn Fresh(url: String, mark: String) -> impl IntoView {
    Effect::new(move |_| {
        let known = mark.clone();
        live::follow(&url, move |mark| {
            if mark == known {
                return ControlFlow::Continue(());
            }
            let _ = window().location().reload();
            ControlFlow::Break(())
        });
    });
}
