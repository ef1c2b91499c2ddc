//! Islands that several areas use. Each area keeps its own beside its pages, in `islands.rs`.

use leptos::prelude::*;

/// A button that copies a text to the clipboard and says so.
#[island]
pub fn CopyButton(text: String, label: String, done: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        #[cfg(feature = "hydrate")]
        {
            let clipboard = window().navigator().clipboard();
            let promise = clipboard.write_text(&text);
            leptos::task::spawn_local(async move {
                let ok = wasm_bindgen_futures::JsFuture::from(promise).await.is_ok();
                copied.set(ok);
            });
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (&text, copied);
    };
    view! {
        <button type="button" class="btn js-only whitespace-nowrap" on:click=copy aria-live="polite">
            {move || if copied.get() { done.clone() } else { label.clone() }}
        </button>
    }
}

/// Loads the page anew when the server's events at `url` tell another `mark` than the page was made
/// with. Without scripts the page loads itself again from time to time.
#[island]
pub fn Fresh(url: String, mark: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        use wasm_bindgen::{JsCast as _, closure::Closure};
        let Ok(source) = web_sys::EventSource::new(&url) else { return };
        let (closing, known) = (source.clone(), mark.clone());
        let hear = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(
            move |event: web_sys::MessageEvent| {
                if event.data().as_string().is_some_and(|mark| mark != known) {
                    closing.close();
                    let _ = window().location().reload();
                }
            },
        );
        source.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (&url, &mark);
}
