//! The workbench: the apps somebody works with, what waits to be done, and the first step where
//! there is nothing yet.

use backend::{
    lifecycle::{App, maintained, mine},
    notice::{self, Notice},
};
use domain::{authority::UseCase, lifecycle::Access, problem::Problem};
use leptos::prelude::*;

use super::frame::symbol;
use crate::{
    kit::{Icon, Tone, badge, card, empty, heading, icon, moment, pager, postback, search},
    lifecycle::{menu::menu, standing::next, state_badge},
    page::{Page, Visit},
};

/// How many open notices the workbench shows.
const NOTICES: usize = 4;

/// A page of the own apps and a page of customers' apps.
#[derive(Default)]
struct Apps {
    own: Option<Listed>,
    maintained: Option<Listed>,
}

type Listed = backend::page::Page<(App, Access)>;

impl Apps {
    /// The first page of both, or a further page of the one whose place stands in the URL.
    async fn of(visit: &Visit) -> Result<Self, Problem> {
        let (backend, actor) = (visit.backend(), &visit.actor);
        let (after, behind) = (visit.query("after"), visit.query("behind"));
        let words = visit.query("q").unwrap_or("");
        let own = match (after, behind) {
            (None, Some(_)) => None,
            _ => Some(mine(backend, actor, words, after.unwrap_or("")).await?),
        };
        let maintained = match (after, behind) {
            (Some(_), _) => None,
            _ => Some(maintained(backend, actor, words, behind.unwrap_or("")).await?),
        };
        Ok(Self { own, maintained })
    }

    /// Whether there are more apps than can be looked over at a glance.
    fn are_many(&self) -> bool {
        [&self.own, &self.maintained].into_iter().flatten().any(|list| list.next.is_some())
    }
}

/// Shows the workbench.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let person = visit.actor.person()?;
    let member = person.membership.is_some();
    let apps = if member { Apps::of(&visit).await? } else { Apps::default() };
    let mut notices = notice::list(visit.backend(), &visit.actor, None).await?;
    notices.retain(|notice| notice.read_at.is_none());
    notices.truncate(NOTICES);
    let operator = person.operator;
    let title = visit.t("工作台", "Workbench").to_owned();
    Ok(Page::new(title.clone(), move || {
        let open = waiting(&visit, &notices);
        let content = if member {
            beside(&visit, groups(&visit, &apps), open)
        } else {
            view! { {open}{outside(&visit, operator)} }.into_any()
        };
        view! { {heading(title, greeting(&visit), create(&visit))}{content} }
    }))
}

/// The apps, with what waits beside them on the desk and over them on the phone.
fn beside(visit: &Visit, apps: AnyView, open: Option<AnyView>) -> AnyView {
    // On a phone, "nothing" does not stand over the apps.
    let class = if open.is_some() {
        "order-1 min-w-0 xl:order-2"
    } else {
        "order-1 min-w-0 max-xl:hidden xl:order-2"
    };
    let open = open.unwrap_or_else(|| {
        let none = visit.t(
            "没有未读的通知；轮到您处理时会出现在这里。",
            "Nothing unread; when something is your turn, it shows here.",
        );
        card(
            visit.t("未读通知", "Unread notices"),
            view! { <p class="text-sm text-muted">{none.to_owned()}</p> },
        )
    });
    view! {
        <div class="grid items-start gap-x-6 xl:grid-cols-[minmax(0,1fr)_21rem]">
            <div class="order-2 min-w-0 xl:order-1">{apps}</div>
            <div class=class>{open}</div>
        </div>
    }
    .into_any()
}

fn greeting(visit: &Visit) -> String {
    let organisation = visit.actor.membership().map(|held| held.organisation_name.clone());
    organisation.unwrap_or_default()
}

fn create(visit: &Visit) -> Option<AnyView> {
    visit.actor.may(UseCase::ApplicationCreate).is_ok().then(|| {
        view! {
            <a class="btn" href="/apps/import">{icon(Icon::Upload)}{visit.t("导入表单", "Import forms").to_owned()}</a>
            <a class="btn" href="/apps/new">{icon(Icon::Plus)}{visit.t("新建应用", "New app").to_owned()}</a>
        }
        .into_any()
    })
}

/// What this person was told and has not read.
fn waiting(visit: &Visit, notices: &[Notice]) -> Option<AnyView> {
    if notices.is_empty() {
        return None;
    }
    let items = notices.iter().map(|notice| task(visit, notice));
    let all = visit.t("全部通知与待办", "All notices and tasks").to_owned();
    Some(card(
        visit.t("未读通知", "Unread notices"),
        view! {
            <ul class="divide-y divide-base-300">{items.collect_view()}</ul>
            <a class="link mt-2 inline-block text-sm" href="/me/notices">{all}</a>
        },
    ))
}

/// A notice to act on; opening it marks it as read and goes to the organisation that it concerns.
fn task(visit: &Visit, notice: &Notice) -> AnyView {
    let form = postback(
        "/me/notices",
        "m-0",
        view! {
            <input type="hidden" name="notice" value=notice.id.to_string()/>
            <button name="_do" value="open" class="group flex w-full cursor-pointer items-start gap-3 py-3 text-left">
                <span class="min-w-0 flex-1"><span class="block break-words group-hover:text-primary">{notice.text.get(visit.lang).to_owned()}</span>
                    <span class="text-sm text-muted">{moment(visit, notice.created_at)}</span></span>
                <span class="mt-1 text-muted group-hover:text-primary">{icon(Icon::ChevronRight)}</span>
            </button>
        },
    );
    view! { <li>{form}</li> }.into_any()
}

fn groups(visit: &Visit, apps: &Apps) -> AnyView {
    let asked = ["q", "after", "behind"].into_iter().any(|name| visit.query(name).is_some());
    let find = (apps.are_many() || asked)
        .then(|| search(visit, visit.t("按应用或客户名称查找", "Find by app or customer"), ()));
    let own = apps.own.as_ref().map(|own| {
        let title = visit.t("我的应用", "My apps").to_owned();
        let list = if own.items.is_empty() { nothing(visit) } else { cards(visit, own, "after") };
        view! { <h2 class="mb-3 text-base font-semibold">{title}</h2>{list} }
    });
    let maintained = apps.maintained.as_ref().filter(|list| !list.items.is_empty()).map(|list| {
        let title = visit.t("客户的应用（远程维护）", "Customers' apps (remote maintenance)");
        view! {
            <h2 class="mt-8 mb-3 text-base font-semibold">{title.to_owned()}</h2>
            {cards(visit, list, "behind")}
        }
    });
    view! { {find}{own}{maintained} }.into_any()
}

/// A page of apps; the query's value `place` says where it begins.
fn cards(visit: &Visit, apps: &Listed, place: &str) -> AnyView {
    let cards = apps.items.iter().map(|(app, access)| entry(visit, app, *access));
    let next = apps.next.as_ref().map(|next| visit.with_query(&[(place, next)]));
    let first = visit.query(place).map(|_| visit.with_query(&[(place, "")]));
    view! {
        <ul class="mb-4 grid gap-4 sm:grid-cols-2 2xl:grid-cols-3">{cards.collect_view()}</ul>
        {pager(visit, first, next)}
    }
    .into_any()
}

/// An app as a card: its state, where it came from, who acts next, the way in, and its ··· menu.
fn entry(visit: &Visit, app: &App, access: Access) -> AnyView {
    let premium = app.premium.then(|| badge(Tone::Warn, visit.t("精品", "Premium")));
    let step = next(&app.lifecycle, access);
    let act = step.page.map(|page| {
        let url = format!("/apps/{}/{page}", app.id);
        // What was delivered waits for its customer; one's own app may stay as it is.
        let class = if app.origin.is_some() {
            "btn btn-primary btn-sm"
        } else {
            "btn btn-soft btn-primary btn-sm"
        };
        view! { <a class=class href=url>{step.action.get(visit.lang).to_owned()}</a> }
    });
    // Of a customer's app nothing opens before the entrance.
    let menu = (!access.is_maintenance()).then(|| menu(visit, app, &access));
    view! {
        <li class="panel flex flex-col p-4" data-app=app.id.to_string()>
            <div class="flex items-start gap-3">
                {symbol(app)}
                <div class="min-w-0 flex-1">
                    <h3 class="font-medium break-words">{app.name.get(visit.lang).to_owned()}</h3>
                    <p class="mt-1 flex flex-wrap gap-1">{state_badge(visit, &app.lifecycle)}{premium}</p>
                </div>
                {menu}
            </div>
            <p class="mt-3 text-sm text-muted">{origin(visit, app, access)}</p>
            <p class="line-clamp-2 text-sm text-muted">{app.description.clone()}</p>
            <p class="mt-2 mb-4 text-sm">{step.text.get(visit.lang).to_owned()}</p>
            <div class="mt-auto flex flex-wrap gap-2">{act}{open(visit, app, access)}</div>
        </li>
    }
    .into_any()
}

/// Where an app came from: whose it is, who delivered it, and the order for those who may read it.
fn origin(visit: &Visit, app: &App, access: Access) -> AnyView {
    let Some(origin) = &app.origin else {
        return visit.t("本组织自建", "Made by this organisation").to_owned().into_any();
    };
    let (from, url, needs) = if access.is_maintenance() {
        let from = format!("{}{}", visit.t("客户：", "Customer: "), app.organisation_name);
        (from, format!("/manage/provider/orders/{}", origin.order), UseCase::OrderRead)
    } else {
        let from = format!("{}{}", visit.t("来自 ", "From "), origin.provider_name);
        (from, format!("/purchased/{}", origin.order), UseCase::PurchasedRead)
    };
    let order = visit.actor.may(needs).is_ok().then(|| {
        view! { " · "<a class="link" href=url>{visit.t("查看订单", "See the order").to_owned()}</a> }
    });
    view! { {from}{order} }.into_any()
}

/// The way into an app; the provider's into a customer's is noted each time (Source: APP-5).
fn open(visit: &Visit, app: &App, access: Access) -> AnyView {
    if access.is_maintenance() {
        let label = visit.t("进入远程维护", "Enter for maintenance").to_owned();
        return postback(
            &format!("/apps/{}/maintenance", app.id),
            "m-0",
            view! {
                <button class="btn btn-sm" name="_do" value="enter">{icon(Icon::Wrench)}{label}</button>
            },
        );
    }
    let name = app.name.get(visit.lang).to_owned();
    view! {
        <a class="btn btn-sm" href=format!("/apps/{}", app.id)>{visit.t("打开", "Open").to_owned()}<span class="sr-only">{format!(" {name}")}</span></a>
    }
    .into_any()
}

fn nothing(visit: &Visit) -> AnyView {
    if visit.query("q").is_some() {
        let clear = view! { <a class="btn" href=visit.path.clone()>{visit.t("清除条件", "Clear the search").to_owned()}</a> };
        let lead = visit.t("换个关键词试试。", "Try other words.");
        return empty(Icon::Search, visit.t("没有找到应用", "No app found"), lead, clear);
    }
    if visit.actor.may(UseCase::ApplicationCreate).is_ok() {
        let lead = visit.t(
            "从空白新建，或把已有的宜搭表单导入为应用。从服务商购买的应用送达后也会出现在这里。",
            "Make an empty one, or import forms that you have on Yida. Apps bought from a provider appear here once they have arrived.",
        );
        let action = view! { <a class="btn btn-primary" href="/apps/new">{visit.t("新建应用", "New app").to_owned()}</a> };
        return empty(Icon::Grid, visit.t("还没有应用", "No apps yet"), lead, action);
    }
    let lead = visit.t(
        "组织的管理员启用应用后，您会在这里看到它。",
        "When an admin of your organisation enables an app, it is here.",
    );
    empty(Icon::Grid, visit.t("还没有可用的应用", "No app to use yet"), lead, ())
}

/// For people who belong to no organisation: operators go to their console.
fn outside(visit: &Visit, operator: bool) -> AnyView {
    if operator {
        let action = view! { <a class="btn btn-primary" href="/operations">{visit.t("去平台运营", "Open operations").to_owned()}</a> };
        let lead = visit.t(
            "您是平台运营人员，不属于任何组织。",
            "You are a platform operator and belong to no organisation.",
        );
        return empty(Icon::Shield, visit.t("平台运营", "Operations"), lead, action);
    }
    let lead = visit.t(
        "请组织的平台管理员给您发送邀请链接。",
        "Ask a platform admin of your organisation for an invitation.",
    );
    empty(
        Icon::Building,
        visit.t("您还不是任何组织的成员", "You are not a member of any organisation yet"),
        lead,
        (),
    )
}
