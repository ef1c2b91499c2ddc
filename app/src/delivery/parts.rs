//! Sends as parts of pages: the bar, the table of 应用发送状态 and 页面发送状态.

use backend::delivery::{Delivery, Logged, Progress};
use domain::{
    delivery::{DeliveryState, Sending, Stage},
    lang::{Lang, Text, counted},
    time::Timestamp,
};
use leptos::prelude::*;

use super::islands::{Moved, ProgressBar};
use crate::{
    kit::{Tone, badge, moment, mono, table},
    page::Visit,
};

/// The meaning of a send's state.
fn delivery_tone(state: &DeliveryState) -> Tone {
    match state {
        DeliveryState::Waiting => Tone::Quiet,
        DeliveryState::Running { .. } => Tone::Info,
        DeliveryState::Succeeded { .. } => Tone::Good,
        DeliveryState::Failed { .. } => Tone::Bad,
    }
}

/// How far a send is: the stage that was done last, or the state it has ended in.
pub(super) fn moved(progress: &Progress, lang: Lang) -> Moved {
    let state = &progress.delivery.state;
    let label = match progress.done.last() {
        Some(last) if state.is_open() => Stage::label_of(&last.stage),
        _ => state.label(),
    };
    Moved {
        percent: progress.percent(),
        label: label.get(lang).to_owned(),
        ended: !state.is_open(),
    }
}

/// The bar of a running send.
pub fn progress_bar(visit: &Visit, progress: &Progress) -> AnyView {
    let id = progress.delivery.id.to_string();
    let name = visit.t("发送进度", "Progress of the send").to_owned();
    view! { <ProgressBar id=id start=moved(progress, visit.lang) name=name/> }.into_any()
}

/// What was sent, in words: the answers to the three questions, or the pages.
fn content(visit: &Visit, sending: &Sending) -> String {
    let yes = |yes: bool| visit.t(if yes { "是" } else { "否" }, if yes { "yes" } else { "no" });
    let colon = visit.t("：", ": ");
    match sending {
        Sending::App(options) => format!(
            "{}{colon}{}{} · {}{colon}{} · {}{colon}{}",
            visit.t("示例数据", "Sample data"),
            yes(options.samples),
            if options.records.is_empty() {
                ""
            } else {
                visit.t("（指定了记录）", " (chosen records)")
            },
            visit.t("连接器", "Connectors"),
            yes(options.connectors),
            visit.t("编辑权限", "Edit permission"),
            yes(options.edit_permission),
        ),
        Sending::Pages { pages } => match visit.lang {
            Lang::Zh => format!("{} 个页面", pages.len()),
            Lang::En => counted(pages.len(), "page"),
        },
    }
}

/// A table of sends; `act` gives what can be done with one.
pub fn send_table(
    visit: &Visit,
    label: &str,
    sends: &[Delivery],
    act: impl Fn(&Delivery) -> AnyView,
) -> AnyView {
    let columns = [
        visit.t("发送单", "Send"),
        visit.t("状态", "State"),
        visit.t("内容", "Content"),
        visit.t("应用版本", "Release"),
        visit.t("发送人", "Sent by"),
        "",
    ];
    let rows = sends.iter().map(|send| row(visit, send, act(send))).collect();
    table(label, columns.map(str::to_owned).to_vec(), rows)
}

fn row(visit: &Visit, send: &Delivery, act: AnyView) -> Vec<AnyView> {
    let reason = match &send.state {
        DeliveryState::Failed { reason, .. } => {
            let number = reason.reference.clone().map(|number| format!(" [{number}]"));
            Some(
                view! { <span class="mt-1 block max-w-md text-sm text-error break-words">{reason.text.get(visit.lang).to_owned()}{number}</span> },
            )
        }
        _ => None,
    };
    let state = badge(delivery_tone(&send.state), send.state.label().get(visit.lang).to_owned());
    let agreement = match visit.lang {
        Lang::Zh => format!("同意协议第 {} 版", send.agreement_version),
        Lang::En => format!("agreed to version {}", send.agreement_version),
    };
    vec![
        mono(send.number.clone()),
        view! { <span>{state}{reason}</span> }.into_any(),
        view! { {content(visit, &send.sending)} }.into_any(),
        view! { {send.release_number} }.into_any(),
        view! { <span><span class="block">{send.sender_name.clone()}" · "{moment(visit, send.created_at)}</span><span class="block text-xs text-muted">{agreement}</span></span> }.into_any(),
        act,
    ]
}

/// The log of a send, stage by stage, with what ended it: open while it runs, folded afterwards.
pub fn send_log(visit: &Visit, send: &Delivery, log: &[Logged]) -> Option<AnyView> {
    let mut lines: Vec<(Timestamp, Text, Text)> = log
        .iter()
        .map(|done| {
            (done.at, Stage::label_of(&done.stage), Stage::said_of(&done.stage, &done.detail))
        })
        .collect();
    if let DeliveryState::Failed { at, reason } = &send.state {
        lines.push((*at, send.state.label(), reason.text.clone()));
    }
    if lines.is_empty() {
        return None;
    }
    let lines = lines.into_iter().map(|(at, stage, said)| {
        let exact = visit.zone.exact_seconds(at);
        view! {
            <li class="flex flex-wrap gap-x-4 py-1.5">
                <time class="w-40 shrink-0 text-sm text-muted tabular-nums" datetime=at.rfc3339()>{exact}</time>
                <span class="w-40 shrink-0">{stage.get(visit.lang).to_owned()}</span>
                <span class="min-w-0 break-words text-muted">{said.get(visit.lang).to_owned()}</span>
            </li>
        }
    });
    let label = visit.t("发送日志", "Log of the send");
    Some(
        view! {
            <details class="mt-3" open=send.state.is_open()>
                <summary class="link text-sm">{format!("{label} {}", send.number)}</summary>
                <ol class="mt-2">{lines.collect_view()}</ol>
            </details>
        }
        .into_any(),
    )
}
