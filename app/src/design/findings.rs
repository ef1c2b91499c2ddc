//! What is wrong with an app, shown at the place where it can be mended.

use domain::application::{Finding, Severity};
use leptos::prelude::*;

use crate::{
    kit::{Icon, Tone, badge, icon},
    page::Visit,
};

/// Everything found in an app.
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// What was found exactly at `place`, such as `contract.items.price`.
    pub fn at(&self, visit: &Visit, place: &str) -> AnyView {
        let lines = self.0.iter().filter(|finding| finding.at == place);
        lines.map(|finding| line(visit, finding)).collect_view().into_any()
    }

    /// How much keeps the app from being released at a place or below it, as a badge.
    pub fn below(&self, visit: &Visit, place: &str) -> Option<AnyView> {
        let below = |at: &str| {
            at.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let found = self.0.iter().filter(|finding| below(&finding.at));
        let (open, notes): (Vec<_>, Vec<_>) =
            found.partition(|finding| finding.severity > Severity::Note);
        match (open.len(), notes.len()) {
            (0, 0) => None,
            (0, notes) => {
                let text = format!("{notes} {}", visit.t("处提示", "to look at"));
                Some(badge(Tone::Info, text))
            }
            (open, _) => {
                let text = format!("{open} {}", visit.t("处待完善", "to complete"));
                Some(badge(Tone::Warn, text))
            }
        }
    }
}

fn line(visit: &Visit, finding: &Finding) -> AnyView {
    let tone = if finding.severity > Severity::Note { "text-warning" } else { "text-muted" };
    view! {
        <p class=format!("mt-1 flex items-start gap-2 text-sm {tone}") data-finding=finding.code><span class="mt-0.5">{icon(Icon::Alert)}</span><span>{finding.text.get(visit.lang).to_owned()}</span></p>
    }
    .into_any()
}
