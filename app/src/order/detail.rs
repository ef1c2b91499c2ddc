//! An order as its provider sees it: where it stands, its sends, what it offers, its history
//! (Source: ORD-1, ORD-3, ORD-6).

use std::collections::BTreeMap;

use backend::{
    delivery::{Delivery, Logged, Progress},
    order::Order,
};
use domain::{
    audit::{Entry, sentence},
    authority::UseCase,
    delivery::{DeliveryKind, DeliveryState},
    identity::{DeliveryId, OrderId},
    lang::Lang,
    lifecycle::Lifecycle,
    order::OrderState,
    problem::Problem,
};
use leptos::prelude::*;

use super::{lifecycle_rail, release_name, state_tone};
use crate::{
    account::unknown_command,
    audit::who,
    delivery::{progress_bar, send_log, send_table},
    kit::{
        Field, Fields, Icon, Tone, back, badge, callout, card, facts, form_post, heading, icon,
        moment, mono, newest_only,
    },
    lifecycle::{accepted_card, state_badge},
    page::{Form, Go, Page, Visit},
};

/// Shows the order.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: OrderId = visit.param("id")?;
    let order = backend::order::read(visit.backend(), &visit.actor, id).await?;
    let sends = backend::delivery::of_order(visit.backend(), &visit.actor, id).await?;
    let running = match sends.iter().find(|send| send.state.is_open()) {
        Some(send) => {
            Some(backend::delivery::progress(visit.backend(), &visit.actor, send.id).await?)
        }
        None => None,
    };
    let shown = Shown {
        logs: backend::delivery::logs(visit.backend(), &visit.actor, id).await?,
        history: backend::order::history(visit.backend(), &visit.actor, id).await?,
        senders: backend::organisation::admins(visit.backend(), &visit.actor).await?,
        order,
        sends,
        running,
    };
    let refresh = shown.running.as_ref().map(|_| 2);
    let islands: &[&str] = if shown.running.is_some() { &["progress_bar"] } else { &[] };
    let page = Page::new(shown.order.number.clone(), move || view(&visit, &shown));
    Ok(page.islands(islands).refresh(refresh))
}

/// What the page shows.
struct Shown {
    order: Order,
    sends: Vec<Delivery>,
    logs: BTreeMap<DeliveryId, Vec<Logged>>,
    running: Option<Progress>,
    history: Vec<Entry>,
    senders: Vec<String>,
}

fn view(visit: &Visit, shown: &Shown) -> AnyView {
    let order = &shown.order;
    let lead = view! {
        {badge(state_tone(&order.state), order.state.label().get(visit.lang).to_owned())}
        <span class="ml-2">{order.app_name.get(visit.lang).to_owned()}" → "{order.customer_name.clone()}</span>
    };
    let sends = |kind, title| sends_card(visit, shown, kind, title);
    view! {
        {back(visit, "/manage/provider/orders", visit.t("订单中心", "Order centre"))}
        {heading(order.number.clone(), lead, primary(visit, order))}
        {next_step(visit, order, shown.running.as_ref())}
        {who_sends(visit, shown)}
        <div class="mb-6">{lifecycle_rail(visit, order)}</div>
        {sends(DeliveryKind::App, visit.t("应用发送状态", "Sends of the app"))}
        {sends(DeliveryKind::Pages, visit.t("页面发送状态", "Sends of pages"))}
        {newest_only(visit, shown.sends.len())}
        <div class="grid items-start gap-x-6 xl:grid-cols-2">
            <div class="min-w-0">{card(visit.t("概览", "Overview"), overview(visit, order))}{accepted_card(visit, order)}</div>
            <div class="min-w-0">{permissions(visit, order)}{maintenance(visit, order)}</div>
        </div>
        {card(visit.t("历史", "History"), history(visit, &shown.history))}
    }
    .into_any()
}

/// Whether this person sends, retries and opens the edit permission.
fn admin(visit: &Visit) -> bool {
    visit.actor.may(UseCase::Send).is_ok()
}

/// The one button that matters now.
fn primary(visit: &Visit, order: &Order) -> Option<AnyView> {
    let url = backend::order::page(order.id);
    let open = order.project_state.is_open() && admin(visit);
    match order.state {
        OrderState::Pending | OrderState::Failed { .. } if open => Some(view! {
            <a class="btn btn-primary" href=format!("{url}/send")>{icon(Icon::Send)}{visit.t("发送应用", "Send app").to_owned()}</a>
        }.into_any()),
        OrderState::Sent { .. } if open => Some(view! {
            <a class="btn" href=format!("{url}/pages")>{icon(Icon::Upload)}{visit.t("发送页面", "Send pages").to_owned()}</a>
        }.into_any()),
        _ => None,
    }
}

/// Says who can send, to those who cannot, where something waits for it.
fn who_sends(visit: &Visit, shown: &Shown) -> Option<AnyView> {
    let waits = shown.order.state.is_unsent() && shown.order.project_state.is_open();
    if !waits || admin(visit) {
        return None;
    }
    let names = shown.senders.join(visit.t("、", ", "));
    let text = match visit.lang {
        Lang::Zh => format!("只有平台管理员可以发送应用：{names}"),
        Lang::En => format!("Only a platform admin can send the app: {names}"),
    };
    Some(view! { <p class="-mt-3 mb-6 text-sm text-muted">{text}</p> }.into_any())
}

/// Where things stand, who acts next (Source: ALL-2).
fn next_step(visit: &Visit, order: &Order, running: Option<&Progress>) -> AnyView {
    if let Some(progress) = running {
        let lead = visit.t("完整送达之前，客户看不到任何内容。可以离开此页，完成后会通知您。", "The customer sees nothing until it is whole. You may leave this page; you are told when it is done.").to_owned();
        return card(
            visit.t("正在发送", "Sending"),
            view! { <p class="mb-3 text-muted">{lead}</p>{progress_bar(visit, progress)} },
        );
    }
    let text = match (&order.state, &order.delivered_state) {
        (OrderState::Pending, _) if !order.project_state.is_open() => visit.t(
            "项目已结项，订单不能再发送。",
            "The project is closed; this order cannot be sent any more.",
        ),
        (OrderState::Pending, _) => {
            visit.t("客户已购买，请发送应用。", "The customer has bought: send the app.")
        }
        (OrderState::Failed { .. }, _) => visit.t(
            "上次发送失败，客户那里没有留下任何内容。可以重试，或重新发送。",
            "The last send failed and left nothing at the customer's. Retry it, or send anew.",
        ),
        (OrderState::Cancelled { .. }, _) => visit
            .t("项目结项时订单被取消。", "The order was cancelled when the project was closed."),
        (_, Some(Lifecycle::Enabled { .. })) if !order.project_state.is_open() => visit.t(
            "客户已启用应用，项目已结项，没有待办。",
            "The customer has enabled the app and the project is closed; nothing to do.",
        ),
        (_, Some(Lifecycle::Enabled { .. })) => visit.t(
            "客户已启用应用。项目完成后，可以在项目里结项。",
            "The customer has enabled the app. When the project is done, close it.",
        ),
        (_, Some(Lifecycle::Accepted { .. })) => visit.t(
            "客户已验收，接下来由客户关闭开发维护并启用。",
            "The customer has accepted; next they close maintenance and enable the app.",
        ),
        (_, Some(Lifecycle::Ready { .. })) => visit.t(
            "客户已验收并关闭开发维护，接下来由客户启用。",
            "The customer has accepted and closed maintenance; next they enable the app.",
        ),
        (_, Some(Lifecycle::Disabled { .. })) => visit.t(
            "客户停用了应用，需要时由客户再次启用。",
            "The customer has disabled the app, and enables it again when it is needed.",
        ),
        _ => visit.t(
            "应用已送达，现在是「开发维护中」，接下来由客户验收。",
            "The app has arrived and is in development; the customer accepts it next.",
        ),
    };
    let enabled = order.delivered_state.as_ref().is_some_and(Lifecycle::is_enabled);
    let way = project_url(visit, order).filter(|_| enabled && order.project_state.is_open());
    let way = way.map(|url| {
        view! { <a class="btn btn-sm" href=url>{visit.t("去项目", "To the project").to_owned()}</a> }
    });
    callout(text, way)
}

fn overview(visit: &Visit, order: &Order) -> AnyView {
    let editions = view! {
        <span>{order.provider_edition.label().get(visit.lang).to_owned()}" → "{order.customer_edition.label().get(visit.lang).to_owned()}</span>
    };
    let differ = (order.provider_edition != order.customer_edition)
        .then(|| view! { <span class="ml-2">{badge(Tone::Warn, visit.t("版本不同", "Editions differ").to_owned())}</span> });
    let life = match &order.delivered_state {
        Some(life) => state_badge(visit, life),
        None => view! { <span class="text-muted">{visit.t("尚未送达", "Not there yet").to_owned()}</span> }.into_any(),
    };
    facts(vec![
        (visit.t("应用", "App").to_owned(), view! { <a class="link" href=format!("/apps/{}", order.application)>{order.app_name.get(visit.lang).to_owned()}</a> }.into_any()),
        (visit.t("客户", "Customer").to_owned(), view! { {order.customer_name.clone()} }.into_any()),
        (visit.t("项目", "Project").to_owned(), project(visit, order)),
        (visit.t("购买人", "Bought by").to_owned(), view! { {order.buyer_name.clone()}" · "{moment(visit, order.placed_at)} }.into_any()),
        (visit.t("购买时的应用版本", "Release at purchase").to_owned(), release_name(visit, order.release_number).into_any()),
        (visit.t("组织版本（服务商 → 客户）", "Editions (provider → customer)").to_owned(), view! { {editions}{differ} }.into_any()),
        (visit.t("客户的应用", "The customer's app").to_owned(), life),
    ])
}

/// The project, and for who may read projects the way to it: there its creator opens and closes it.
fn project(visit: &Visit, order: &Order) -> AnyView {
    let named = view! { {order.project_name.clone()}" "{mono(order.project_number.clone())} };
    match project_url(visit, order) {
        Some(url) => view! { <a class="link" href=url>{named}</a> }.into_any(),
        None => named.into_any(),
    }
}

fn project_url(visit: &Visit, order: &Order) -> Option<String> {
    visit.actor.may(UseCase::ProjectsRead).ok()?;
    Some(format!("/manage/provider/projects?q={}", order.project_number))
}

/// The sends of one kind with what became of them, and their logs.
fn sends_card(visit: &Visit, shown: &Shown, kind: DeliveryKind, title: &str) -> Option<AnyView> {
    let order = &shown.order;
    let of_kind = |send: &&Delivery| send.sending.kind() == kind;
    let sends: Vec<Delivery> = shown.sends.iter().filter(of_kind).cloned().collect();
    if sends.is_empty() {
        return None;
    }
    let log = |send: &Delivery| {
        let log = shown.logs.get(&send.id).map_or(&[][..], Vec::as_slice);
        send_log(visit, send, log)
    };
    let logs: Vec<AnyView> = sends.iter().filter_map(log).collect();
    let retry = |send: &Delivery| {
        let failed = matches!(send.state, DeliveryState::Failed { .. });
        let fits = failed
            && order.project_state.is_open()
            && admin(visit)
            && (send.sending.kind() == DeliveryKind::Pages || order.state.is_unsent());
        if !fits {
            return ().into_any();
        }
        let fields = Fields::of(visit, "retry");
        form_post(
            &fields,
            view! {
                <input type="hidden" name="delivery" value=send.id.to_string()/>
                <button class="btn btn-sm" name="_do" value="retry">{icon(Icon::Refresh)}{visit.t("重试", "Retry").to_owned()}</button>
            },
        )
    };
    Some(view! {
        <section class="mb-6"><h2 class="mb-3 text-base font-semibold">{title.to_owned()}</h2>{send_table(visit, title, &sends, retry)}{logs}</section>
    }.into_any())
}

fn permissions(visit: &Visit, order: &Order) -> Option<AnyView> {
    order.state.require_sent().ok()?;
    let fields = Fields::of(visit, "edit");
    let (word, state, tone, command, label) = if order.edit_permission {
        (
            visit.t("已开放", "Open"),
            visit.t("客户可以修改应用的页面", "The customer can change the app's pages"),
            Tone::Good,
            "edit_off",
            visit.t("收回编辑权限", "Close edit permission"),
        )
    } else {
        (
            visit.t("未开放", "Closed"),
            visit.t(
                "客户可以使用和配置应用，但不能修改页面",
                "The customer uses and configures the app, but does not change its pages",
            ),
            Tone::Quiet,
            "edit_on",
            visit.t("开放编辑权限", "Open edit permission"),
        )
    };
    let button = admin(visit).then(|| form_post(&fields, Field::button(command, label)));
    Some(card(
        visit.t("编辑权限", "Edit permission"),
        view! {
            <div class="flex flex-wrap items-center justify-between gap-4"><span class="flex min-w-0 flex-1 basis-60 items-start gap-3">{badge(tone, word.to_owned())}<span class="min-w-0">{state.to_owned()}</span></span>{button}</div>
        },
    ))
}

fn maintenance(visit: &Visit, order: &Order) -> Option<AnyView> {
    let life = order.delivered_state.as_ref()?;
    let content = if life.in_maintenance() {
        let fields = Fields::of(visit, "enter");
        view! {
            <p class="mb-4 text-muted">{visit.t("应用是「开发维护中」，可以进入客户的应用继续开发。每次修改都会记录作者并列给客户，业务数据不可见。", "The app is in development: you can enter it and go on working. Each change is recorded with its author for the customer; business records stay hidden.").to_owned()}</p>
            {form_post(&fields, view! { <button class="btn" name="_do" value="enter">{icon(Icon::Wrench)}{visit.t("进入远程维护", "Enter for maintenance").to_owned()}</button> })}
        }.into_any()
    } else {
        view! {
            <button class="btn" disabled aria-describedby="why-closed">{icon(Icon::Wrench)}{visit.t("进入远程维护", "Enter for maintenance").to_owned()}</button>
            <p id="why-closed" class="mt-2 text-sm text-muted">{visit.t("客户已关闭开发维护。需要修改时，请客户的平台管理员「开启-开发维护」。", "The customer has closed maintenance. To change something, ask a platform admin of the customer to open it.").to_owned()}</p>
        }.into_any()
    };
    Some(card(visit.t("远程维护", "Remote maintenance"), content))
}

/// What happened, the newest first, in the words of the audit trail.
fn history(visit: &Visit, entries: &[Entry]) -> AnyView {
    let lines = entries.iter().map(|entry| {
        let said = sentence(&entry.action, &entry.detail).get(visit.lang).to_owned();
        view! {
            <li class="gap-x-4 py-2 sm:grid sm:grid-cols-[7rem_minmax(0,1fr)] sm:items-baseline">
                <span class="block text-sm text-muted">{moment(visit, entry.at)}</span>
                <span class="block break-words"><span class="font-medium">{who(visit, entry)}</span>" "{said}</span>
            </li>
        }
    });
    let full = i64::try_from(entries.len()).is_ok_and(|count| count == backend::order::HISTORY);
    let older = (full && visit.actor.may(UseCase::AuditRead).is_ok()).then(|| {
        let label = visit.t("更早的记录在审计记录里", "What came before is in the audit trail");
        view! { <p class="mt-2 text-sm"><a class="link" href="/manage/audit">{label.to_owned()}</a></p> }
    });
    view! { <ol class="divide-y divide-base-300">{lines.collect_view()}</ol>{older} }.into_any()
}

/// Retry, edit permission, the entrance.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: OrderId = visit.param("id")?;
    let (backend, actor) = (visit.backend(), &visit.actor);
    let here = backend::order::page(id);
    match form.command() {
        "retry" => {
            let delivery: DeliveryId = form.parse("delivery")?;
            backend::delivery::retry(backend, actor, delivery).await?;
            Ok(Go::to(here))
        }
        "edit_on" | "edit_off" => {
            let on = form.command() == "edit_on";
            backend::order::set_edit_permission(backend, actor, id, on).await?;
            let go = Go::to(here);
            Ok(if on {
                go.say("已开放编辑权限", "Edit permission is open")
            } else {
                go.say("已收回编辑权限", "Edit permission is closed")
            })
        }
        "enter" => {
            let app = backend::maintenance::enter(backend, actor, id).await?;
            Ok(Go::to(format!("/apps/{app}")))
        }
        _ => Err(unknown_command()),
    }
}
