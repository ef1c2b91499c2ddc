//! Where a project stands: its badge, the rail, and who acts next by when (Source: ALL-2).

use backend::project::Progress;
use domain::{
    lang::{Text, counted},
    project::ProjectState,
    time::Timestamp,
};
use leptos::prelude::*;

use crate::{
    kit::{Icon, RailStep, Tone, badge, icon},
    page::Visit,
};

/// The state in one word.
pub fn state_badge(visit: &Visit, state: &ProjectState) -> AnyView {
    let tone = match state {
        ProjectState::Reviewing { .. } => Tone::Info,
        ProjectState::Approved { .. } => Tone::Good,
        ProjectState::Rejected { .. } => Tone::Bad,
        ProjectState::Withdrawn { .. } | ProjectState::Closed { .. } => Tone::Quiet,
    };
    badge(tone, state.label().get(visit.lang))
}

/// A moment that something is due, which says when it is over.
pub fn due(visit: &Visit, at: Timestamp, waiting: bool) -> AnyView {
    let exact = visit.zone.exact(at);
    if waiting && at < visit.now {
        let late = visit.t("已超期", "Overdue");
        return view! { <span class="flex flex-wrap items-center gap-x-2"><time datetime=at.rfc3339()>{exact}</time>{badge(Tone::Bad, late)}</span> }.into_any();
    }
    view! { <time datetime=at.rfc3339()>{exact}</time> }.into_any()
}

/// What happens next, and by whom.
pub fn next_action(visit: &Visit, state: &ProjectState, progress: &Progress) -> String {
    let count = |n: i64, zh: &str, noun: &str, en: &str| {
        visit.t(&format!("{n} {zh}"), &format!("{} {en}", counted(n, noun))).to_owned()
    };
    match state {
        ProjectState::Reviewing { due_at } if *due_at < visit.now => visit
            .t("审批已超期，平台运营会尽快处理", "The review is overdue; an operator acts next")
            .to_owned(),
        ProjectState::Reviewing { due_at } => {
            let by = visit.zone.exact(*due_at);
            visit
                .t(
                    &format!("等待平台运营审批，最迟 {by}"),
                    &format!("An operator reviews it by {by}"),
                )
                .to_owned()
        }
        ProjectState::Rejected { .. } => visit
            .t(
                "按驳回原因修改：复制为新草稿后重新提交",
                "Copy it into a new draft, mend it, submit again",
            )
            .to_owned(),
        ProjectState::Withdrawn { .. } => visit
            .t("已撤销；需要时可复制为新草稿", "Withdrawn; copy it into a new draft if needed")
            .to_owned(),
        ProjectState::Closed { .. } if state.can_be_copied() => visit
            .t(
                "信息有误而结项：复制为新草稿，改正后重新提交",
                "Closed as misfiled: copy it into a new draft, mend it, submit again",
            )
            .to_owned(),
        ProjectState::Closed { .. } => {
            visit.t("已结项，没有待办", "Closed; nothing to do").to_owned()
        }
        ProjectState::Approved { .. } if progress.waiting > 0 => {
            count(progress.waiting, "个订单待发送", "order", "to send")
        }
        ProjectState::Approved { .. } if progress.sending() > 0 => {
            count(progress.sending(), "个应用正在发送", "app", "being sent")
        }
        ProjectState::Approved { .. } if progress.orders == 0 && progress.links == 0 => visit
            .t("获取分发链接并发给客户", "Make a distribution link for the customer")
            .to_owned(),
        ProjectState::Approved { .. } if progress.orders == 0 => {
            visit.t("等待客户购买", "The customer buys next").to_owned()
        }
        ProjectState::Approved { .. } if progress.accepted < progress.sent => {
            visit.t("等待客户验收", "The customer accepts next").to_owned()
        }
        ProjectState::Approved { .. } if progress.enabled < progress.sent => {
            visit.t("等待客户启用应用", "The customer enables the app next").to_owned()
        }
        ProjectState::Approved { .. } => visit
            .t("应用已启用，可以结项", "The app is in use; the project can be closed")
            .to_owned(),
    }
}

/// The lifecycle's stations after 立项, with what each has come to.
const STATIONS: [Text; 5] = [
    Text::of("分发", "Link"),
    Text::of("购买", "Purchase"),
    Text::of("发送", "Send"),
    Text::of("验收", "Acceptance"),
    Text::of("启用", "In use"),
];

/// How many each station has come to, of how many, and of what. How many links and purchases there
/// are to be, nobody knows; each order came of a link.
fn counts(progress: &Progress) -> [(i64, i64, Text); 5] {
    let Progress { links, orders, sent, accepted, enabled, .. } = *progress;
    let number = |count, one, many| if count == 1 { one } else { many };
    let passed_on = links + orders;
    [
        (passed_on, 1, Text::of("个链接", number(passed_on, "link", "links"))),
        (orders, 1, Text::of("个订单", number(orders, "order", "orders"))),
        (sent, orders, Text::of("个已发送", "sent")),
        (accepted, orders, Text::of("个已验收", "accepted")),
        (enabled, orders, Text::of("个已启用", "in use")),
    ]
}

fn is_done(count: i64, total: i64) -> bool {
    count > 0 && count >= total
}

/// The stations of the rail: done only where nothing is left to do.
pub fn stations(visit: &Visit, state: &ProjectState, progress: &Progress) -> Vec<RailStep> {
    let mut steps = vec![first(visit, state)];
    let mut open = state.is_open();
    for (label, (count, total, unit)) in STATIONS.into_iter().zip(counts(progress)) {
        let unit = unit.get(visit.lang);
        steps.push(if is_done(count, total) {
            RailStep::Done(label, format!("{count} {unit}"))
        } else if open {
            open = false;
            let note = match count {
                0 => visit.t("下一步", "Next").to_owned(),
                some => format!("{some}/{total} {unit}"),
            };
            RailStep::Current(label, note)
        } else if matches!(state, ProjectState::Closed { .. }) {
            RailStep::Ended(label, missed(visit, progress, total))
        } else {
            RailStep::Ahead(label)
        });
    }
    let label = Text::of("结项", "Close");
    steps.push(match state {
        ProjectState::Closed { step, .. } => RailStep::Done(label, signed(visit, step)),
        _ if open => RailStep::Current(label, visit.t("可以结项", "Can be closed").to_owned()),
        _ => RailStep::Ahead(label),
    });
    steps
}

/// What became of a station that a closed project has not come to.
fn missed(visit: &Visit, progress: &Progress, expected: i64) -> String {
    let gone = progress.cancelled;
    if expected > 0 && gone > 0 {
        let orders = counted(gone, "order");
        return visit.t(&format!("{gone} 个订单已取消"), &format!("{orders} cancelled")).to_owned();
    }
    visit.t("没有进行", "Did not happen").to_owned()
}

fn signed(visit: &Visit, step: &domain::step::Step) -> String {
    format!("{} · {}", visit.zone.date(step.at), step.name)
}

fn first(visit: &Visit, state: &ProjectState) -> RailStep {
    let label = Text::of("立项", "Project");
    match state {
        ProjectState::Reviewing { due_at } => {
            let by = visit.zone.exact(*due_at);
            RailStep::Current(
                label,
                visit.t(&format!("审批中，最迟 {by}"), &format!("In review until {by}")).to_owned(),
            )
        }
        ProjectState::Rejected { step, .. } => RailStep::Ended(
            label,
            format!("{} · {}", visit.t("已驳回", "Rejected"), signed(visit, step)),
        ),
        ProjectState::Withdrawn { step } => RailStep::Ended(
            label,
            format!("{} · {}", visit.t("已撤销", "Withdrawn"), signed(visit, step)),
        ),
        ProjectState::Approved { step, .. } | ProjectState::Closed { approved: step, .. } => {
            RailStep::Done(label, signed(visit, step))
        }
    }
}

/// The rail in one line of a list: a dot for each station, with its name for who hovers or listens.
pub fn small_rail(visit: &Visit, state: &ProjectState, progress: &Progress) -> AnyView {
    let dots = stations(visit, state, progress).into_iter().map(|step| {
        let (label, said, class, mark) = match step {
            RailStep::Done(label, _) => (label, visit.t("已完成", "done"), "border-success bg-success text-success-content", Some(Icon::Check)),
            RailStep::Current(label, _) => (label, visit.t("当前", "current"), "border-primary bg-base-100 ring-2 ring-primary/30", None),
            RailStep::Ahead(label) => (label, visit.t("未开始", "to come"), "border-base-300 bg-base-100", None),
            RailStep::Ended(label, _) => (label, visit.t("已终止", "ended"), "border-error bg-base-100 text-error", Some(Icon::X)),
        };
        let label = label.get(visit.lang).to_owned();
        view! {
            <li class=format!("flex size-4 items-center justify-center rounded-full border-2 [&_svg]:size-2.5 {class}") title=format!("{label}{}{said}", visit.t("：", ": "))>
                {mark.map(icon)}<span class="sr-only">{visit.t(&format!("{label}（{said}）"), &format!("{label} ({said})")).to_owned()}</span>
            </li>
        }
    });
    view! { <ol class="flex gap-1" aria-label=visit.t("进度", "Progress")>{dots.collect_view()}</ol> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(progress: &Progress) -> [bool; 5] {
        counts(progress).map(|(count, total, _)| is_done(count, total))
    }

    #[test]
    fn all2_a_station_is_done_once_nothing_waits_at_it() {
        let bought =
            Progress { orders: 2, waiting: 1, sent: 1, accepted: 1, ..Progress::default() };
        assert_eq!(done(&bought), [true, true, false, false, false]);
        let sent = Progress { waiting: 0, sent: 2, ..bought };
        assert_eq!(done(&sent), [true, true, true, false, false]);
        let used = Progress { accepted: 2, enabled: 2, ..sent };
        assert_eq!(done(&used), [true; 5]);
        assert_eq!(done(&Progress { links: 1, ..Progress::default() })[..2], [true, false]);
    }
}
