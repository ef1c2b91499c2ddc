//! What a page hands to its island. The framework's way, props, would bring a second reader of JSON into
//! the browser, and write there again what was just read.

use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// The id of what carries the value.
const PLACE: &str = "handed";

/// Hands a value to the island that follows on the page. A page hands over one.
#[cfg(feature = "ssr")]
pub fn hand<T: Clone + serde::Serialize + Send + Sync + 'static>(value: T) -> impl IntoView {
    let json = serde_json::to_string(&value).unwrap_or_default();
    provide_context(value);
    view! { <div id=PLACE hidden data-json=json></div> }
}

/// What the page has handed to this island.
///
/// # Panics
/// Where nothing of the kind was handed: the island stays as the server wrote it.
pub fn handed<T: Clone + DeserializeOwned + 'static>() -> T {
    read().expect("a page hands to its island what that asks for")
}

#[cfg(feature = "ssr")]
fn read<T: Clone + 'static>() -> Option<T> {
    take_context()
}

#[cfg(not(feature = "ssr"))]
fn read<T: DeserializeOwned>() -> Option<T> {
    let json = document().get_element_by_id(PLACE)?.get_attribute("data-json")?;
    domain::json::read(&json).ok()
}
