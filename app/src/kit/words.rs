//! The visitor's language, on the server and in the browser (Source: ALL-3).

use domain::lang::{Lang, Text};
#[cfg(not(feature = "ssr"))]
use leptos::prelude::document;
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;

/// The language of the page: the visit's on the server, the document's in the browser.
pub fn lang() -> Lang {
    #[cfg(feature = "ssr")]
    {
        use_context::<crate::page::Visit>().map(|visit| visit.lang).unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    {
        let tag = document().document_element().and_then(|root| root.get_attribute("lang"));
        tag.and_then(|tag| Lang::parse(&tag)).unwrap_or_default()
    }
}

/// One of two texts written side by side.
pub fn t(zh: &'static str, en: &'static str) -> &'static str {
    lang().t(zh, en)
}

/// A text of the domain, as this visitor reads it.
pub fn text(text: &Text) -> String {
    text.get(lang()).to_owned()
}
