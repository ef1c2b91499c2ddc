//! What the browser itself is asked for: chance, time, the clipboard, its history.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlDocument, HtmlInputElement};

/// Fills bytes by the browser's strong source, which also pages over plain http have.
pub fn random(bytes: &mut [u8]) {
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(bytes);
    }
}

/// Waits.
pub async fn sleep(time: Duration) {
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
    });
    let _ = JsFuture::from(wait).await;
}

/// Has the page offer to be loaded again where the server's client is another than this one.
pub fn outdated(build: Option<&str>) {
    let own = document().document_element().and_then(|root| root.get_attribute("data-build"));
    if let (Some(build), Some(own)) = (build, own)
        && build != own
    {
        offer_to_load_again();
    }
}

/// Has the page offer to be loaded again.
pub fn offer_to_load_again() {
    if let Ok(event) = Event::new("fenfa:outdated") {
        let _ = window().dispatch_event(&event);
    }
}

/// Copies a text, then calls `copied`. Browsers have a clipboard for scripts only where the connection
/// is secure; elsewhere the text in `field` is selected and copied as by hand.
pub fn copy(text: &str, field: Option<HtmlInputElement>, copied: impl FnOnce() + 'static) {
    let text = text.to_owned();
    leptos::task::spawn_local(async move {
        if to_clipboard(&text).await || field.is_some_and(|field| by_hand(&field)) {
            copied();
        }
    });
}

async fn to_clipboard(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

fn by_hand(field: &HtmlInputElement) -> bool {
    field.select();
    let document = document().dyn_into::<HtmlDocument>().ok();
    document.is_some_and(|document| document.exec_command("copy").unwrap_or(false))
}

/// Goes to a page of this site; the same one is loaded again.
pub fn leave(url: &str) {
    let location = window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let (page, fragment) = url.split_once('#').unwrap_or((url, ""));
    let _ = if here == page {
        // Another fragment of the same page would only scroll, and show what was there before.
        let _ = location.set_hash(fragment);
        location.reload()
    } else {
        location.assign(url)
    };
}

/// The path of the address.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Puts an address into the history, without loading a document.
pub fn push(url: &str) {
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Hears when people go back and forward, until the screen goes.
pub fn on_back(heard: impl Fn() + 'static) {
    let listener = Closure::<dyn FnMut(Event)>::new(move |_| heard());
    let _ =
        window().add_event_listener_with_callback("popstate", listener.as_ref().unchecked_ref());
    let kept = leptos::__reexports::send_wrapper::SendWrapper::new(listener);
    on_cleanup(move || {
        let listener = kept.take();
        let _ = window()
            .remove_event_listener_with_callback("popstate", listener.as_ref().unchecked_ref());
    });
}

/// Brings the heading of what is shown now into sight, and gives it the focus.
pub fn attend(place: &web_sys::Element) {
    let heading = place.query_selector("h1").ok().flatten();
    window().scroll_to_with_x_and_y(0.0, 0.0);
    if let Some(heading) =
        heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = heading.set_attribute("tabindex", "-1");
        let _ = heading.focus();
    }
}
