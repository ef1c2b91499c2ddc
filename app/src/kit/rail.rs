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

/// The stations in a row on the desk, in a column on the phone.
pub fn rail(visit: &Visit, steps: Vec<RailStep>) -> AnyView {
    let stations = steps.into_iter().enumerate().map(|(index, step)| {
        let (label, note, ring, mark, current, said) = match step {
            RailStep::Done(label, note) => (label, note, "border-success bg-success text-success-content", Some(Icon::Check), None, visit.t("已完成", "done")),
            RailStep::Current(label, note) => (label, note, "border-primary bg-base-100 text-primary ring-4 ring-primary/20", None, Some("step"), visit.t("当前", "current")),
            RailStep::Ahead(label) => (label, String::new(), "border-base-300 bg-base-100 text-muted", None, None, visit.t("未开始", "to come")),
            RailStep::Ended(label, note) => (label, note, "border-error bg-base-100 text-error", Some(Icon::X), None, visit.t("已终止", "ended")),
        };
        let inside = match mark {
            Some(mark) => icon(mark).into_any(),
            None => (index + 1).to_string().into_any(),
        };
        view! {
            <li class="rail-station relative flex flex-1 gap-3 pb-4 md:flex-col md:gap-2 md:pb-0" aria-current=current>
                <span class=format!("z-10 flex size-7 shrink-0 items-center justify-center rounded-full border-2 text-xs font-semibold {ring}")>{inside}</span>
                <span class="min-w-0 md:pr-3">
                    <span class="block text-sm font-medium">{label.get(visit.lang).to_owned()}<span class="sr-only">" ("{said.to_owned()}")"</span></span>
                    <span class="block text-xs text-muted">{note}</span>
                </span>
            </li>
        }
    });
    view! {
        <ol class="rail flex flex-col rounded-box border border-base-300 bg-base-100 p-4 md:flex-row" aria-label=visit.t("进度", "Progress").to_owned()>
            {stations.collect_view()}
        </ol>
    }
    .into_any()
}
