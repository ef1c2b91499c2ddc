//! Views that are all of one type.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

/// Forgets what a view is made of, down to its outermost element: a client carries the code that builds
/// and hydrates a view once for each type of view that it knows.
pub trait Erased {
    /// The same view.
    fn erased(self) -> AnyView;
}

impl<T: IntoAny> Erased for View<T> {
    fn erased(self) -> AnyView {
        self.into_inner().into_any()
    }
}
