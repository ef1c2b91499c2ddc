//! The frame of every page: document head, header, navigation, and the page for refusals.

mod frame;
mod nav;

use backend::organisation::Belonging;
use domain::{
    identity::ApplicationId,
    problem::{Kind, Problem},
};
use leptos::prelude::*;

use crate::{
    assets::AssetMap,
    kit::{Icon, icon, postback},
    page::{Layout, Page, Visit},
};

pub use frame::{Public, Refused, page, refuse_with};

/// What the header shows of a signed-in person, loaded before the page is built.
#[derive(Default)]
pub struct Chrome {
    organisations: Vec<Belonging>,
}

impl Chrome {
    /// Loads it; nothing for strangers.
    pub async fn load(visit: &Visit) -> Result<Self, Problem> {
        // Most people belong to one organisation, which the visit knows already.
        let known = visit.actor.membership().is_ok() && visit.organisations < 2;
        if visit.actor.person().is_err() || known {
            return Ok(Self::default());
        }
        Ok(Self {
            organisations: backend::organisation::mine(visit.backend(), &visit.actor).await?,
        })
    }
}

/// The whole document.
pub fn document(visit: Visit, chrome: Chrome, page: Page) -> impl IntoView {
    let assets = visit.state.assets;
    let Page { title, layout, refresh, islands, body, .. } = page;
    let product = visit.t("分发", "Fenfa").to_owned();
    let refresh = refresh.map(|seconds| {
        view! {
            <noscript><meta http-equiv="refresh" content=seconds.to_string()/></noscript>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang=visit.lang.tag() data-theme=visit.theme.clone() data-build=assets.build>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{format!("{title} · {product}")}</title>
                <link rel="icon" href=assets.icon type="image/svg+xml"/>
                <link rel="manifest" href=assets.manifest/>
                <link rel="stylesheet" href=assets.css/>
                {preloads(&assets, islands)}
                <script type="module" src=assets.boot_js></script>
                {refresh}
            </head>
            <body class="flex min-h-dvh flex-col">
                <a href="#main" class="btn btn-primary btn-sm sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2">
                    {visit.t("跳到正文", "Skip to content").to_owned()}
                </a>
                {header(&visit, &chrome, layout)}
                {frame(&visit, layout, body)}
                {footer(&visit)}
            </body>
        </html>
    }
}

/// Has the browser load with the page what its islands need. Every page has forms, so all need the
/// main module.
pub fn preloads(assets: &AssetMap, islands: &[&str]) -> AnyView {
    let modules =
        assets.modules().map(|href| view! { <link rel="modulepreload" href=href/> }).collect_view();
    let wasm = assets
        .preloads(islands)
        .into_iter()
        .map(|href| view! { <link as="fetch" rel="preload" type="application/wasm" crossorigin="anonymous" href=href/> })
        .collect_view();
    view! { {modules}{wasm} }.into_any()
}

fn frame(visit: &Visit, layout: Layout, body: crate::page::Body) -> AnyView {
    let content = body();
    let said = view! { {said(visit)}{untold(visit)} };
    match layout {
        Layout::Public => view! {
            <main id="main" class="mx-auto w-full max-w-xl flex-1 px-4 py-8 sm:py-12">{said}{content}</main>
        }
        .into_any(),
        Layout::Wide => view! {
            <main id="main" class="mx-auto w-full max-w-screen-2xl flex-1 px-4 py-6 lg:px-8">{said}{content}</main>
        }
        .into_any(),
        Layout::Work => view! {
            <div class="mx-auto flex w-full max-w-screen-2xl flex-1 flex-col lg:flex-row">
                {nav::side(visit)}
                <main id="main" class="min-w-0 flex-1 px-4 py-6 lg:px-8">{said}{content}</main>
            </div>
        }
        .into_any(),
    }
}

/// What the page before left to be said.
fn said(visit: &Visit) -> Option<AnyView> {
    let text = visit.said.as_ref()?.get(visit.lang).to_owned();
    Some(view! {
        <div role="status" class="alert alert-success alert-soft said mb-6">{icon(Icon::Check)}<span>{text}</span></div>
    }
    .into_any())
}

/// Why what was pressed did not happen, where no form on the page tells it.
fn untold(visit: &Visit) -> Option<AnyView> {
    let problem = visit.echo()?.untold()?;
    let remedy = problem.remedy.get(visit.lang).to_owned();
    Some(view! {
        <div class="alert alert-error alert-soft mb-6 items-start" role="alert" tabindex="-1" data-summary autofocus>
            {icon(Icon::Alert)}
            <div><p class="font-medium">{problem.sentence(visit.lang).to_owned()}</p><p class="text-sm">{remedy}</p></div>
        </div>
    }
    .into_any())
}

fn header(visit: &Visit, chrome: &Chrome, layout: Layout) -> AnyView {
    let home = view! {
        <a href="/" class="flex shrink-0 items-center gap-2 font-semibold">
            <img src=visit.state.assets.icon alt="" width="28" height="28"/>
            <span>{visit.t("分发", "Fenfa").to_owned()}</span>
        </a>
    };
    let signed_in = visit.actor.person().is_ok();
    let inside = signed_in && layout != Layout::Public;
    let areas = inside.then(|| nav::areas(visit));
    let menu = inside.then(|| nav::menu(visit));
    let person = if signed_in { person_menu(visit, chrome) } else { language_switch(visit) };
    view! {
        <header class="relative border-b border-base-300 bg-base-100">
            <div class="mx-auto flex min-h-14 max-w-screen-2xl flex-wrap items-center gap-x-2 gap-y-1 px-4 py-2 min-[22rem]:flex-nowrap sm:gap-x-6 lg:flex-wrap lg:px-8 print:hidden">
                {home}
                {areas}
                <div class="ml-auto flex min-w-0 items-center gap-1 sm:gap-2">{person}{menu}</div>
            </div>
        </header>
    }
    .into_any()
}

fn language_switch(visit: &Visit) -> AnyView {
    let back = visit.here();
    let other = visit.t("English", "中文").to_owned();
    let code = visit.t("en", "zh").to_owned();
    let tag = visit.t("en", "zh-CN").to_owned();
    postback(
        "/language",
        "m-0",
        view! {
            <input type="hidden" name="next" value=back/>
            <button class="btn btn-ghost btn-sm" name="language" value=code lang=tag>{icon(Icon::Languages)}{other}</button>
        },
    )
}

fn person_menu(visit: &Visit, chrome: &Chrome) -> AnyView {
    let Ok(person) = visit.actor.person() else { return ().into_any() };
    let unread = visit.unread;
    let notices = visit.t("通知", "Notices");
    let badge = (unread > 0).then(|| {
        let text = if unread > 99 { "99+".to_owned() } else { unread.to_string() };
        view! { <span class="badge badge-primary badge-sm">{text}</span> }
    });
    let items = [
        ("/me/notices", visit.t("通知与待办", "Notices and tasks")),
        ("/me/preferences", visit.t("偏好设置", "Preferences")),
        ("/me/sessions", visit.t("登录的设备", "Signed-in devices")),
    ]
    .map(|(href, label)| view! { <li><a href=href>{label.to_owned()}</a></li> });
    let sign_out = visit.t("退出登录", "Sign out").to_owned();
    let organisation =
        visit.actor.membership().ok().map(|membership| membership.organisation_name.clone());
    view! {
        {organisation_menu(visit, chrome)}
        <a href="/me/notices" class="btn btn-ghost btn-sm" title=notices>
            {icon(Icon::Bell)}<span class="sr-only xl:not-sr-only">{notices}</span>{badge}
        </a>
        <details class="dropdown dropdown-end">
            <summary class="btn btn-ghost btn-sm">
                {icon(Icon::User)}<span class="hidden max-w-24 truncate sm:inline">{person.name.clone()}</span>
                <span class="sr-only">{visit.t("我的菜单", "My menu").to_owned()}</span>
            </summary>
            <div class="dropdown-content z-40 mt-1 w-56 panel p-2 shadow-lg">
                <p class="px-3 py-2 text-sm font-medium">{person.name.clone()}<span class="block font-normal text-muted">{organisation}</span></p>
                <ul class="menu w-full p-0">{items.collect_view()}</ul>
                <div class="mt-1 flex flex-wrap gap-1 border-t border-base-300 pt-2">
                    {language_switch(visit)}
                    {postback("/sign-out", "m-0", view! { <button class="btn btn-ghost btn-sm">{sign_out}</button> })}
                </div>
            </div>
        </details>
    }
    .into_any()
}

/// Which organisation the person acts in, and the switch to another (Source: ORG-1).
fn organisation_menu(visit: &Visit, chrome: &Chrome) -> Option<AnyView> {
    let current = visit.actor.membership().ok();
    let name = current.map(|membership| membership.organisation_name.clone());
    let others: Vec<_> = chrome
        .organisations
        .iter()
        .filter(|other| Some(other.organisation) != current.map(|membership| membership.organisation))
        .map(|other| {
            let role = other.role.label().get(visit.lang).to_owned();
            view! {
                <button class="btn btn-ghost h-auto w-full justify-start py-2 text-left font-normal" name="organisation" value=other.organisation.to_string()>
                    <span class="min-w-0"><span class="block truncate">{other.name.clone()}</span>
                    <span class="block text-xs text-muted">{role}</span></span>
                </button>
            }
        })
        .collect();
    if name.is_none() && others.is_empty() {
        return None;
    }
    let label = name.unwrap_or_else(|| visit.t("选择组织", "Choose organisation").to_owned());
    if others.is_empty() {
        return Some(view! { <span class="max-w-28 truncate text-sm text-muted sm:max-w-48" title=label.clone()>{label.clone()}</span> }.into_any());
    }
    let here = visit.t("切换到", "Switch to").to_owned();
    Some(
        view! {
            <details class="dropdown dropdown-end max-w-28 min-w-0 max-sm:static sm:max-w-60">
                <summary class="btn btn-ghost btn-sm w-full flex-nowrap">
                    {icon(Icon::Building)}<span class="truncate">{label}</span>
                </summary>
                <div class="dropdown-content z-40 mt-1 w-64 panel p-2 shadow-lg max-sm:inset-x-2 max-sm:top-full max-sm:w-auto">
                    <p class="px-3 py-1 text-xs text-muted">{here}</p>
                    {postback("/me/organisation", "m-0", others.collect_view())}
                </div>
            </details>
        }
        .into_any(),
    )
}

fn footer(visit: &Visit) -> AnyView {
    let zone = visit.zone.name.clone();
    view! {
        <footer class="border-t border-base-300 px-4 py-4 text-center text-xs text-muted">
            {visit.t("所有时间的时区：", "All times in ").to_owned()}{zone}
        </footer>
    }
    .into_any()
}

/// The page of a refusal: what holds, what to do, and a way on (Source: ALL-4).
pub fn refusal(visit: &Visit, problem: &Problem) -> AnyView {
    let mark = match problem.kind {
        Kind::Missing => Icon::Search,
        Kind::Denied | Kind::Unauthenticated => Icon::Lock,
        _ => Icon::Alert,
    };
    let remedy = match problem.remedy.get(visit.lang) {
        "" if problem.kind == Kind::Denied => visit.t(
            "请联系组织的平台管理员；如果您属于多个组织，请先在右上角切换。",
            "Ask a platform admin of your organisation. If you belong to several, switch at the top first.",
        ),
        remedy => remedy,
    }
    .to_owned();
    let reference = problem.reference.clone().map(|number| {
        let label = visit.t("编号", "Reference").to_owned();
        view! { <p class="mt-2 text-sm text-muted">{label}" "<code>{number}</code></p> }
    });
    let (way, label) = match problem.kind {
        Kind::Unavailable => (visit.here(), visit.t("再试一次", "Try again")),
        _ if visit.actor.person().is_ok() => {
            ("/".to_owned(), visit.t("回到工作台", "Back to the workbench"))
        }
        _ => ("/sign-in".to_owned(), visit.t("去登录", "Sign in")),
    };
    let label = label.to_owned();
    let enter = (problem.code == backend::maintenance::NOT_ENTERED).then(|| entrance(visit));
    view! {
        <section class="panel mx-auto flex max-w-2xl flex-col items-center px-4 py-12 text-center sm:mt-8" data-problem=problem.code.to_string()>
            <span class="mb-4 flex size-12 items-center justify-center rounded-full bg-primary/10 text-primary [&_svg]:size-6">{icon(mark)}</span>
            <h1 class="text-xl font-semibold text-balance">{problem.sentence(visit.lang).to_owned()}</h1>
            <p class="mt-2 max-w-prose text-muted">{remedy}</p>
            {reference}
            {enter}
            <a class="btn btn-primary mt-6" href=way>{label}</a>
        </section>
    }
    .into_any()
}

/// The one way into a customer's app, offered where somebody came by another (Source: APP-5).
fn entrance(visit: &Visit) -> Option<AnyView> {
    let app: ApplicationId = visit.param("id").ok()?;
    let label = visit.t("进入远程维护", "Enter for maintenance").to_owned();
    Some(postback(
        &format!("/apps/{app}/maintenance"),
        "mt-4",
        view! {
            <button class="btn btn-primary" name="_do" value="enter">{icon(Icon::Wrench)}{label}</button>
        },
    ))
}
