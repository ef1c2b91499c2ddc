//! A part of a view that is made anew when what it shows changes.

use std::sync::{Arc, Mutex};

use leptos::{prelude::AnyView, tachys::reactive_graph::SharedReactiveFunction};

/// Shows what `view` makes, anew whenever a signal in it changes. All such parts are of one type, so that
/// the client carries the code that keeps them up to date once, not for each closure.
pub fn dynamic(view: impl FnMut() -> AnyView + Send + 'static) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(view))
}
