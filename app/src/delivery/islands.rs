//! The bar of a running send: hears the server's events, and loads the page anew at the end.

use std::ops::ControlFlow;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::live;

/// One event: how far, what is being done, whether it has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// From 0 to 100.
    pub percent: usize,
    /// The stage that was done last, or the state.
    pub label: String,
    /// Whether the send has ended, well or not.
    pub ended: bool,
}

impl Moved {
    /// As an event carries it.
    pub fn json(&self) -> String {
        // A number, a text and a truth always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A progress bar for the send `id`.
#[island(lazy)]
pub fn ProgressBar(id: String, start: Moved, name: String) -> impl IntoView {
    let moved = RwSignal::new(start);
    Effect::new(move |_| {
        live::follow(&format!("/events/deliveries/{id}"), move |text| {
            let Ok(next) = serde_json::from_str::<Moved>(text) else {
                return ControlFlow::Continue(());
            };
            let ended = next.ended;
            moved.set(next);
            if !ended {
                return ControlFlow::Continue(());
            }
            let _ = window().location().reload();
            ControlFlow::Break(())
        });
    });
    view! {
        <div class="min-w-40">
            <progress class="progress progress-primary w-full" max="100" aria-label=name prop:value=move || moved.get().percent.to_string() value=move || moved.get().percent.to_string()></progress>
            <p class="mt-1 text-sm text-muted" aria-live="polite">{move || { let moved = moved.get(); format!("{}% · {}", moved.percent, moved.label) }}</p>
        </div>
    }
}
