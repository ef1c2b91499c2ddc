//! Events that the server sends to an open page.

use std::ops::ControlFlow;

/// Hands on the data of each event from `url`, until `told` breaks off or the owner goes. The browser
/// connects again by itself when a connection ends. On the server there is nothing to follow.
pub fn follow(url: &str, told: impl FnMut(&str) -> ControlFlow<()> + 'static) {
    #[cfg(feature = "hydrate")]
    browser::follow(url, told);
    #[cfg(not(feature = "hydrate"))]
    let _ = (url, told);
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::ops::ControlFlow;

    use leptos::{__reexports::send_wrapper::SendWrapper, prelude::on_cleanup};
    use wasm_bindgen::{JsCast as _, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    pub fn follow(url: &str, mut told: impl FnMut(&str) -> ControlFlow<()> + 'static) {
        let Ok(source) = EventSource::new(url) else { return };
        let closing = source.clone();
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if told(&event.data().as_string().unwrap_or_default()).is_break() {
                closing.close();
            }
        });
        source.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        let kept = SendWrapper::new((source, hear));
        on_cleanup(move || {
            let (source, hear) = kept.take();
            source.close();
            source.set_onmessage(None);
            drop(hear);
        });
    }
}
