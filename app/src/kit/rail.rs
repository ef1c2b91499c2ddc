//! The rail: the lifecycle 立项 · 分发 · 购买 · 发送 · 验收 · 启用 · 结项 as one component (Source: ALL-2).

use domain::lang::Text;
use leptos::prelude::*;

use crate::{
    kit::{Icon, icon},
    page::Visit,
};

/// One station of the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RailStep {
    /// Done: when and by whom, as a short text.
    Done(Text, String),
    /// Now: who acts next, by when.
    Current(Text, String),
    /// Later.
    Ahead(Text),
    /// Will not come: why.
    Ended(Text, String),
}

impl RailStep {
    fn label(&self) -> &Text {
        let (Self::Done(label, _)
        | Self::Current(label, _)
        | Self::Ahead(label)
        | Self::Ended(label, _)) = self;
        label
    }

    fn note(&self) -> &str {
        match self {
            Self::Done(_, note) | Self::Current(_, note) | Self::Ended(_, note) => note,
            Self::Ahead(_) => "",
        }
    }
}

/// The stations in a row on the desk. On a phone a bar with the present station, which folds out to
/// all of them in a column.
pub fn rail(visit: &Visit, steps: &[RailStep]) -> AnyView {
    view! {
        <div class="rail panel">
            <details class="md:hidden">
                <summary class="list-none p-4">{folded(visit, steps)}</summary>
                <ol class="flex flex-col px-4 pb-2" aria-label=visit.t("进度", "Progress").to_owned()>{stations(visit, steps)}</ol>
            </details>
            <ol class="hidden p-4 md:flex lg:px-6" aria-label=visit.t("进度", "Progress").to_owned()>{stations(visit, steps)}</ol>
        </div>
    }
    .into_any()
}

/// The rail in two lines: a piece of bar for each station, and the one that counts now.
fn folded(visit: &Visit, steps: &[RailStep]) -> AnyView {
    let pieces = steps.iter().map(|step| {
        let colour = match step {
            RailStep::Done(..) => "bg-success",
            RailStep::Current(..) => "bg-primary",
            RailStep::Ahead(_) => "bg-base-300",
            RailStep::Ended(..) => "bg-error",
        };
        view! { <span class=format!("h-1.5 flex-1 rounded-full {colour}")></span> }
    });
    let now = |step: &RailStep| matches!(step, RailStep::Current(..) | RailStep::Ended(..));
    let done = |step: &RailStep| matches!(step, RailStep::Done(..));
    let at = steps.iter().position(now).or_else(|| steps.iter().rposition(done)).unwrap_or(0);
    let (label, note) = steps
        .get(at)
        .map(|step| (step.label().get(visit.lang).to_owned(), step.note().to_owned()))
        .unwrap_or_default();
    view! {
        <span class="flex gap-1" aria-hidden="true">{pieces.collect_view()}</span>
        <span class="mt-3 flex items-baseline gap-3">
            <span class="font-medium whitespace-nowrap">{label}</span>
            <span class="min-w-0 flex-1 text-sm text-muted">{note}</span>
            <span class="flex items-center gap-1 self-center text-sm whitespace-nowrap text-muted">{format!("{}/{}", at + 1, steps.len())}{icon(Icon::ChevronDown)}</span>
        </span>
    }
    .into_any()
}

fn stations(visit: &Visit, steps: &[RailStep]) -> AnyView {
    let stations = steps.iter().enumerate().map(|(index, step)| {
        let (ring, mark, current, said) = match step {
            RailStep::Done(..) => ("border-success bg-success text-success-content", Some(Icon::Check), None, visit.t("已完成", "done")),
            RailStep::Current(..) => ("border-primary bg-primary text-primary-content ring-4 ring-primary/15", None, Some("step"), visit.t("当前", "current")),
            RailStep::Ahead(_) => ("border-base-300 bg-base-100 text-muted", None, None, visit.t("未开始", "to come")),
            RailStep::Ended(..) => ("border-error bg-base-100 text-error", Some(Icon::X), None, visit.t("已终止", "ended")),
        };
        let inside = match mark {
            Some(mark) => icon(mark).into_any(),
            None => (index + 1).to_string().into_any(),
        };
        let weight = match step {
            RailStep::Current(..) => "font-semibold text-primary",
            RailStep::Ahead(_) => "text-muted",
            RailStep::Done(..) | RailStep::Ended(..) => "font-medium",
        };
        view! {
            <li class="rail-station relative flex flex-1 gap-3 pb-4 md:flex-col md:gap-2 md:pb-0" aria-current=current>
                <span class=format!("z-10 flex size-7 shrink-0 items-center justify-center rounded-full border-2 text-xs font-semibold {ring}")>{inside}</span>
                <span class="min-w-0 md:pr-3">
                    <span class=format!("block text-sm {weight}")>{step.label().get(visit.lang).to_owned()}<span class="sr-only">" ("{said.to_owned()}")"</span></span>
                    <span class="block text-xs text-muted">{step.note().to_owned()}</span>
                </span>
            </li>
        }
    });
    stations.collect_view().into_any()
}
