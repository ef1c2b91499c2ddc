//! Putting things in order: up and down as buttons that post, dragging as an addition.

use leptos::prelude::*;

use crate::{
    kit::{Icon, icon},
    page::Visit,
};

/// The handle to drag by; only where scripts run.
pub fn grip() -> AnyView {
    view! { <span class="js-only shrink-0 cursor-grab text-muted" aria-hidden="true">{icon(Icon::Grip)}</span> }
        .into_any()
}

/// Up and down, for the thing called `name`; a command that is missing is not possible.
pub fn movers(visit: &Visit, name: &str, up: Option<String>, down: Option<String>) -> AnyView {
    let button = |command: Option<String>, mark: Icon, label: &str| {
        let label = format!("{label}{name}");
        view! {
            <button type="submit" class="btn btn-ghost btn-xs btn-square" name="_do" value=command.clone().unwrap_or_default() disabled=command.is_none() title=label.clone() aria-label=label>{icon(mark)}</button>
        }
    };
    view! {
        <span class="relative z-10 flex shrink-0">
            {button(up, Icon::ChevronUp, visit.t("上移 ", "Move up "))}
            {button(down, Icon::ChevronDown, visit.t("下移 ", "Move down "))}
        </span>
    }
    .into_any()
}

/// The commands that move the item at `place` of `count` up and down, made by `command` from the
/// place it goes to.
pub fn steps(
    place: usize,
    count: usize,
    command: impl Fn(usize) -> String,
) -> (Option<String>, Option<String>) {
    let up = place.checked_sub(1).map(&command);
    let down = (place + 1 < count).then(|| command(place + 1));
    (up, down)
}
