//! 应用设置: 应用发布 with 启用 and 停用, who gets in, versions (Source: APP-3, APP-4).

use backend::{delivery::Delivery, lifecycle::App};
use domain::{
    identity::ApplicationId,
    lang::Lang,
    lifecycle::{Access, Lifecycle},
    organisation::Role,
    problem::Problem,
};
use leptos::prelude::*;

use super::{info, state_badge};
use crate::{
    account::unknown_command,
    delivery::send_table,
    kit::{
        Field, Fields, Tone, badge, card, confirm_button, facts, form_post, heading, moment, table,
        tabs,
    },
    page::{Form, Go, Page, Visit},
};

/// What a tab needs.
enum Tab {
    Publish {
        /// How many sample records are still there.
        samples: i64,
    },
    /// The same, for developers: where the app stands, and who publishes it.
    State {
        admins: Vec<String>,
    },
    Info {
        /// Why this person may not rename the app.
        obstacle: Option<Problem>,
    },
    /// How many people have each role.
    People(Vec<(Role, i64)>),
    Versions(Vec<Delivery>),
}

/// Shows a tab of the settings.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let (app, access) = open(&visit, id).await?;
    let tab = match (visit.query("tab"), &app.origin) {
        (Some("people"), _) => {
            Tab::People(backend::organisation::head_count(visit.backend(), &visit.actor).await?)
        }
        (Some("versions"), Some(origin)) => Tab::Versions(
            backend::delivery::of_order(visit.backend(), &visit.actor, origin.order).await?,
        ),
        (Some("versions"), None) => Tab::Versions(vec![]),
        (Some("info"), _) => {
            Tab::Info { obstacle: backend::application::may_design(&app, &access).err() }
        }
        _ if access.configure => {
            let mut tx = visit.backend().read().await?;
            Tab::Publish { samples: backend::lifecycle::sample_count(&mut tx, id).await? }
        }
        _ => Tab::State {
            admins: backend::organisation::admins(visit.backend(), &visit.actor).await?,
        },
    };
    let title = visit.t("应用设置", "App settings").to_owned();
    Ok(Page::new(title, move || view(&visit, &app, &tab)))
}

/// The app, for those who build in the organisation that has it.
async fn open(visit: &Visit, id: ApplicationId) -> Result<(App, Access), Problem> {
    let mut tx = visit.backend().read().await?;
    let (app, access) = backend::lifecycle::access(&mut tx, &visit.actor, id).await?;
    if has_settings(visit, access) {
        Ok((app, access))
    } else if access.is_maintenance() {
        Err(domain::authority::role_needed(Role::Admin))
    } else {
        Err(domain::authority::role_needed(Role::Developer))
    }
}

/// Whether an app's settings are open to this person: its organisation's admins change them, its
/// developers see them and change what is theirs.
pub(super) fn has_settings(visit: &Visit, access: Access) -> bool {
    let builds = visit.actor.membership().is_ok_and(|held| held.role >= Role::Developer);
    builds && !access.is_maintenance()
}

/// The tabs of the settings; the record of maintenance is a page of its own.
pub(super) fn settings_tabs(visit: &Visit, app: &App, current: &str) -> AnyView {
    let url = format!("/apps/{}/settings", app.id);
    let mut entries = vec![
        (url.clone(), visit.t("应用发布", "Publishing").to_owned(), current == "publish"),
        (format!("{url}?tab=info"), visit.t("基本信息", "Basics").to_owned(), current == "info"),
        (
            format!("{url}?tab=people"),
            visit.t("成员与权限", "People and permissions").to_owned(),
            current == "people",
        ),
        (
            format!("{url}?tab=versions"),
            visit.t("应用版本", "Versions").to_owned(),
            current == "versions",
        ),
    ];
    if app.origin.is_some() {
        entries.push((
            format!("/apps/{}/maintenance", app.id),
            visit.t("维护", "Maintenance").to_owned(),
            current == "maintenance",
        ));
    }
    tabs(visit.t("应用设置", "App settings"), entries)
}

fn view(visit: &Visit, app: &App, tab: &Tab) -> AnyView {
    let lead = view! { {state_badge(visit, &app.lifecycle)}<span class="ml-2">{app.name.get(visit.lang).to_owned()}</span> };
    let open = view! { <a class="btn" href=format!("/apps/{}", app.id)>{visit.t("打开应用", "Open the app").to_owned()}</a> };
    let (current, content) = match tab {
        Tab::Publish { samples } => (
            "publish",
            view! { {publishing(visit, app)}{sample_link(visit, app, *samples)} }.into_any(),
        ),
        Tab::State { admins } => ("publish", state(visit, app, admins)),
        Tab::Info { obstacle } => ("info", info::view(visit, app, obstacle.as_ref())),
        Tab::People(counts) => ("people", people(visit, app, counts)),
        Tab::Versions(sends) => ("versions", versions(visit, app, sends)),
    };
    view! {
        {heading(visit.t("应用设置", "App settings"), lead, open)}
        {settings_tabs(visit, app, current)}
        <div class="max-w-4xl">{content}</div>
    }
    .into_any()
}

fn publishing(visit: &Visit, app: &App) -> AnyView {
    let content = match &app.lifecycle {
        Lifecycle::Enabled { enabled, .. } => {
            let fields = Fields::of(visit, "disable");
            let confirm = form_post(&fields, Field::danger("disable", visit.t("停用", "Disable")));
            view! {
                <p class="mb-1">{visit.t("应用已启用，组织成员可以使用。", "The app is enabled; members can use it.").to_owned()}</p>
                <p class="mb-4 text-sm text-muted">{enabled.name.clone()}" · "{moment(visit, enabled.at)}</p>
                {confirm_button(visit.t("停用应用", "Disable the app"), visit.t("停用后普通成员看不到它，数据保留，可以随时再启用。", "Members no longer see it; its records stay, and it can be enabled again at any time."), confirm)}
            }.into_any()
        }
        Lifecycle::Maintenance { .. } => blocked(
            visit,
            app,
            visit.t(
                "应用还是「开发维护中」：先验收，再关闭开发维护，然后启用。",
                "The app is in development: accept it, close maintenance, then enable it.",
            ),
            true,
        ),
        Lifecycle::Accepted { .. } => {
            let fields = Fields::of(visit, "close");
            view! {
                <p class="mb-4">{visit.t("已验收。关闭开发维护之后，服务商不能再进入，应用就可以启用。", "Accepted. Once maintenance is closed the provider cannot enter any more, and the app can be enabled.").to_owned()}</p>
                {form_post(&fields, Field::submit("close", visit.t("关闭-开发维护", "Close maintenance")))}
            }.into_any()
        }
        Lifecycle::Building | Lifecycle::Ready { .. } | Lifecycle::Disabled { .. } => {
            let fields = Fields::of(visit, "enable");
            view! {
                <p class="mb-4">{visit.t("应用还没有启用，只有管理员和开发者能看到。启用后组织成员可以使用。", "The app is not enabled; only admins and developers see it. Once enabled, members can use it.").to_owned()}</p>
                {form_post(&fields, Field::submit("enable", visit.t("启用", "Enable")))}
            }.into_any()
        }
    };
    view! { {card(visit.t("应用发布", "Publishing"), content)}{maintenance_card(visit, app)} }
        .into_any()
}

/// What a developer sees of publishing: the state, the greyed button, and who may press it.
fn state(visit: &Visit, app: &App, admins: &[String]) -> AnyView {
    let (text, label) = if app.lifecycle.is_enabled() {
        (
            visit.t("应用已启用，组织成员可以使用。", "The app is enabled; members can use it."),
            visit.t("停用", "Disable"),
        )
    } else {
        (
            visit.t(
                "应用还没有启用，只有管理员和开发者能看到。",
                "The app is not enabled; only admins and developers see it.",
            ),
            visit.t("启用", "Enable"),
        )
    };
    let who = match visit.lang {
        Lang::Zh => format!("只有平台管理员可以启用和停用应用：{}", admins.join("、")),
        Lang::En => {
            format!("Only platform admins enable and disable apps: {}", admins.join(", "))
        }
    };
    card(
        visit.t("应用发布", "Publishing"),
        view! {
            <p class="mb-4">{text.to_owned()}</p>
            <button class="btn" disabled aria-describedby="who-publishes">{label.to_owned()}</button>
            <p id="who-publishes" class="mt-2 text-sm text-muted">{who}</p>
        },
    )
}

/// Where the sample data that is still there is deleted (Source: ORD-5).
fn sample_link(visit: &Visit, app: &App, samples: i64) -> Option<AnyView> {
    if samples == 0 {
        return None;
    }
    let lead = match visit.lang {
        Lang::Zh => format!("应用里还有 {samples} 条示例数据，看过之后可以一次全部删除。"),
        Lang::En => format!(
            "{samples} sample records are still in the app; all of them can be deleted at once."
        ),
    };
    let url = format!("/apps/{}/acceptance#samples", app.id);
    Some(card(
        visit.t("示例数据", "Sample data"),
        view! {
            <p class="mb-4 text-muted">{lead}</p>
            <a class="btn" href=url>{visit.t("去删除示例数据", "Delete the sample data").to_owned()}</a>
        },
    ))
}

fn blocked(visit: &Visit, app: &App, text: &str, accept: bool) -> AnyView {
    let go = accept.then(|| view! { <a class="btn btn-primary" href=format!("/apps/{}/acceptance", app.id)>{visit.t("去验收", "Accept it").to_owned()}</a> });
    view! {
        <p class="mb-4">{text.to_owned()}</p>
        <div class="flex flex-wrap gap-3">{go}<button class="btn" disabled>{visit.t("启用", "Enable").to_owned()}</button></div>
    }
    .into_any()
}

fn maintenance_card(visit: &Visit, app: &App) -> Option<AnyView> {
    let origin = app.origin.as_ref()?;
    if app.lifecycle.in_maintenance() {
        return None;
    }
    let fields = Fields::of(visit, "open");
    let confirm =
        form_post(&fields, Field::button("open", visit.t("开启-开发维护", "Open maintenance")));
    let question = visit.t(
        "开启后应用回到「开发维护中」：成员暂时不能使用，服务商可以进入修改页面；之后需要重新验收和启用。",
        "The app goes back into development: members cannot use it for now, the provider can enter and change pages; afterwards it is accepted and enabled anew.",
    );
    Some(card(
        visit.t("开发维护", "Maintenance"),
        view! {
            <p class="mb-4 text-muted">{visit.t("已关闭，服务商不能进入：", "Closed; the provider cannot enter: ").to_owned()}{origin.provider_name.clone()}</p>
            {confirm_button(visit.t("开启-开发维护", "Open maintenance"), question, confirm)}
        },
    ))
}

fn people(visit: &Visit, app: &App, counts: &[(Role, i64)]) -> AnyView {
    let enabled = app.lifecycle.is_enabled();
    let yes = |yes: bool| {
        if yes {
            badge(Tone::Good, visit.t("可以", "Yes").to_owned())
        } else {
            badge(Tone::Quiet, visit.t("不可以", "No").to_owned())
        }
    };
    let edits = app.origin.is_none() || app.edit_permission;
    let rows = Role::ALL
        .iter()
        .rev()
        .map(|role| {
            let builds = *role >= Role::Developer;
            let count = counts.iter().find(|(held, _)| held == role).map_or(0, |(_, count)| *count);
            vec![
                view! { {role.label().get(visit.lang).to_owned()} }.into_any(),
                view! { {count} }.into_any(),
                yes(builds || enabled),
                yes(builds && edits),
                yes(*role == Role::Admin),
            ]
        })
        .collect();
    let columns = [
        visit.t("角色", "Role"),
        visit.t("人数", "People"),
        visit.t("使用", "Use"),
        visit.t("修改页面", "Change pages"),
        visit.t("设置与启用", "Settings, enabling"),
    ];
    let edit = match &app.origin {
        None => visit.t("自建应用，开发者可以修改页面。", "Made here: developers can change its pages."),
        Some(_) if app.edit_permission => visit.t("服务商已开放编辑权限，开发者可以修改页面。", "The provider has opened edit permission: developers can change pages."),
        Some(_) => visit.t("服务商没有开放编辑权限：可以使用和配置，不能修改页面。需要时请联系服务商。", "The provider has not opened edit permission: the app can be used and configured, not changed. Ask the provider if needed."),
    };
    let provider = app.origin.as_ref().map(|origin| {
        let state = if app.lifecycle.in_maintenance() {
            visit.t(
                "可以通过远程维护进入，看不到业务数据",
                "Can enter through remote maintenance; sees no business records",
            )
        } else {
            visit.t("不能进入", "Cannot enter")
        };
        card(
            visit.t("服务商", "Provider"),
            facts(vec![
                (
                    visit.t("服务商", "Provider").to_owned(),
                    view! { {origin.provider_name.clone()} }.into_any(),
                ),
                (
                    visit.t("远程维护", "Remote maintenance").to_owned(),
                    view! { {state.to_owned()} }.into_any(),
                ),
            ]),
        )
    });
    view! {
        <p class="mb-4 text-muted">{edit.to_owned()}</p>
        {table(visit.t("谁可以做什么", "Who can do what"), columns.map(str::to_owned).to_vec(), rows)}
        <a class="btn mb-6" href="/manage/members">{visit.t("管理成员", "Manage members").to_owned()}</a>
        {provider}
    }
    .into_any()
}

fn versions(visit: &Visit, app: &App, sends: &[Delivery]) -> AnyView {
    if app.origin.is_none() {
        let lead = visit.t(
            "自建应用的应用版本在「版本发布」里发布和比较。",
            "Releases of an app made here are published and compared on a page of their own.",
        );
        return card(
            visit.t("应用版本", "Versions"),
            view! {
                <p class="mb-4 text-muted">{lead.to_owned()}</p>
                <a class="btn" href=format!("/apps/{}/releases", app.id)>{visit.t("版本发布", "Releases").to_owned()}</a>
            },
        );
    }
    let title = visit.t("收到的应用版本", "Versions received");
    view! { <h2 class="mb-3 text-base font-semibold">{title.to_owned()}</h2>{send_table(visit, title, sends, |_| ().into_any())} }.into_any()
}

/// 启用, 停用, 关闭-开发维护, 开启-开发维护.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let (backend, actor) = (visit.backend(), &visit.actor);
    let go = Go::to(format!("/apps/{id}/settings"));
    match form.command() {
        "enable" => {
            backend::lifecycle::enable(backend, actor, id).await?;
            Ok(go.say(
                "应用已启用，组织成员可以使用了",
                "The app is enabled; members can use it now",
            ))
        }
        "disable" => {
            backend::lifecycle::disable(backend, actor, id).await?;
            Ok(go.say("应用已停用", "The app is disabled"))
        }
        "close" => {
            backend::lifecycle::close_maintenance(backend, actor, id).await?;
            Ok(go.say(
                "开发维护已关闭，现在可以启用应用",
                "Maintenance is closed; the app can be enabled now",
            ))
        }
        "open" => {
            backend::lifecycle::reopen_maintenance(backend, actor, id).await?;
            Ok(go.say(
                "开发维护已开启，已通知服务商",
                "Maintenance is open; the provider has been told",
            ))
        }
        "rename" => info::rename(&visit, &form, id).await,
        _ => Err(unknown_command()),
    }
}
