//! The ··· menu of an app: what this person can do with it now, and why not where it cannot be
//! (Source: APP-3).

use backend::lifecycle::App;
use domain::lifecycle::Access;
use leptos::prelude::*;

use super::settings::has_settings;
use crate::{
    kit::{Icon, icon, postback},
    page::Visit,
};

fn link(url: String, mark: Icon, label: &str) -> AnyView {
    view! { <li><a href=url>{icon(mark)}{label.to_owned()}</a></li> }.into_any()
}

/// A button that posts a command to the app's settings.
fn command(app: &App, what: &'static str, mark: Icon, label: &str) -> AnyView {
    let url = format!("/apps/{}/settings", app.id);
    let label = label.to_owned();
    view! {
        <li>{postback(&url, "m-0 block p-0", view! {
            <button class="flex w-full cursor-pointer items-center gap-2 px-3 py-1.5 text-left" name="_do" value=what>{icon(mark)}{label}</button>
        })}</li>
    }
    .into_any()
}

/// 开启-开发维护 takes the app away from its members, so it asks first.
fn reopen(visit: &Visit, app: &App) -> AnyView {
    let label = visit.t("开启-开发维护", "Open maintenance");
    let question = visit.t(
        "服务商可以再次进入修改页面；期间成员不能使用，之后要重新验收和启用。",
        "The provider can enter and change pages again; members cannot use the app meanwhile, and it is accepted and enabled anew.",
    );
    let confirm = postback(
        &format!("/apps/{}/settings", app.id),
        "m-0",
        view! {
            <button class="btn btn-sm" name="_do" value="open">{visit.t("确定开启", "Open it").to_owned()}</button>
        },
    );
    view! {
        <li><details>
            <summary>{icon(Icon::Wrench)}{label.to_owned()}</summary>
            <div class="px-3 py-2"><p class="mb-2 text-sm text-muted">{question.to_owned()}</p>{confirm}</div>
        </details></li>
    }
    .into_any()
}

/// What cannot be done yet, and why.
fn not_yet(mark: Icon, label: &str, why: &str) -> AnyView {
    view! {
        <li class="menu-disabled"><span class="flex-col items-start gap-0" aria-disabled="true">
            <span class="flex items-center gap-2">{icon(mark)}{label.to_owned()}</span><span class="pl-6 text-xs text-muted">{why.to_owned()}</span>
        </span></li>
    }
    .into_any()
}

/// The menu; nothing for people who can only use the app.
pub fn menu(visit: &Visit, app: &App, access: &Access) -> AnyView {
    let url = format!("/apps/{}", app.id);
    let life = &app.lifecycle;
    let mut items = Vec::new();
    if access.configure && life.in_maintenance() {
        if life.acceptance().is_none() {
            items.push(link(format!("{url}/acceptance"), Icon::Check, visit.t("验收", "Accept")));
            items.push(not_yet(
                Icon::Lock,
                visit.t("关闭-开发维护", "Close maintenance"),
                visit.t("验收之后才能关闭", "Possible after acceptance"),
            ));
        } else {
            let label = visit.t("关闭-开发维护", "Close maintenance");
            items.push(command(app, "close", Icon::Lock, label));
        }
    }
    if access.configure && app.origin.is_some() && !life.in_maintenance() {
        items.push(reopen(visit, app));
    }
    // The provider designs inside, and gets there by the entrance only.
    if access.design && !access.is_maintenance() {
        items.push(link(format!("{url}/design"), Icon::Edit, visit.t("设计", "Design")));
        if app.origin.is_none() {
            items.push(link(
                format!("{url}/releases"),
                Icon::Package,
                visit.t("版本发布", "Releases"),
            ));
        }
    }
    if has_settings(visit, *access) {
        items.push(link(
            format!("{url}/settings"),
            Icon::Settings,
            visit.t("应用设置", "App settings"),
        ));
    }
    if app.origin.is_some() && (access.configure || access.design) {
        items.push(link(
            format!("{url}/maintenance"),
            Icon::Clock,
            visit.t("维护记录", "Maintenance record"),
        ));
    }
    if items.is_empty() {
        return ().into_any();
    }
    let label = format!("{} {}", visit.t("更多操作：", "More:"), app.name.get(visit.lang));
    view! {
        <details class="dropdown dropdown-end">
            <summary class="btn btn-ghost btn-sm btn-square" aria-label=label>{icon(Icon::More)}</summary>
            <ul class="menu dropdown-content z-30 mt-1 w-60 panel p-2 shadow-lg">{items}</ul>
        </details>
    }
    .into_any()
}
