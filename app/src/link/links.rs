//! The links of a project: pick an app, copy the link or its QR code, see what came of each, revoke
//! (Source: LNK-1 to LNK-3).

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use backend::{
    link::{Choice, Listed, MadeLink, Offers},
    project::Project,
};
use domain::{
    identity::{LinkId, ProjectId},
    link::LinkState,
    order::OrderState,
    problem::Problem,
};
use leptos::prelude::*;

use crate::{
    account::unknown_command,
    islands::CopyButton,
    kit::{
        Field, Fields, Icon, Tone, back, badge, card, confirm_button, copyable, empty, form_post,
        heading, icon, moment, mono, newest_only, pager, postback, qr, search, table, warning,
    },
    page::{Form, Go, Page, Visit},
};

/// How many apps are picked from without searching.
const AT_A_GLANCE: usize = 12;

/// The page.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ProjectId = visit.param("id")?;
    let words = visit.query("q").unwrap_or("");
    let offers = backend::link::offers(visit.backend(), &visit.actor, id, words).await?;
    let cursor = visit.query("after").map(str::to_owned);
    let listed = backend::link::list(visit.backend(), &visit.actor, id, cursor.as_deref()).await?;
    let made = match visit.query("made").and_then(|made| made.parse().ok()) {
        Some(link) => backend::link::get(visit.backend(), &visit.actor, id, link).await?,
        None => None,
    };
    let title = visit.t("分发链接", "Distribution links").to_owned();
    Ok(Page::new(title.clone(), move || {
        let project = &offers.project;
        let lead = view! {
            <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
                {mono(project.number.clone())}<span>{project.content.name.clone()}</span><span>{visit.t("客户：", "Customer: ")}{project.content.customer_name.clone()}</span>
            </span>
        };
        let first = cursor.map(|_| visit.with_query(&[("after", "")]));
        let next = listed.next.map(|next| visit.with_query(&[("after", &next)]));
        view! {
            {back(&visit, "/manage/provider/projects", visit.t("项目管理", "Projects"))}
            {heading(title, lead, ())}
            {made.as_ref().map(|made| result(&visit, id, &offers, made))}
            {pick(&visit, &offers, made.is_some())}
            {links(&visit, project, listed.items)}
            {pager(&visit, first, next)}
        }
    }))
}

/// The link that was just made, to copy or to scan.
fn result(visit: &Visit, project: ProjectId, offers: &Offers, made: &MadeLink) -> AnyView {
    let url = format!("{}{}", visit.origin, made.path);
    let code =
        qr(visit.t("分发链接的二维码", "QR code of the link"), &scanned(&visit.origin, &made.path));
    let file = format!("/manage/provider/projects/{project}/links/{}/qr.svg", made.id);
    let customer = &offers.project.content.customer_name;
    let tell = visit
        .t(
            &format!("把链接发给「{customer}」的平台管理员；对方用手机扫码也可以打开。"),
            &format!("Send it to a platform admin of “{customer}”; scanning the code works too."),
        )
        .to_owned();
    card(
        visit.t("应用分发链接", "Distribution link"),
        view! {
            <div class="flex flex-col gap-6 sm:flex-row">
                {code}
                <div class="flex min-w-0 flex-1 flex-col gap-4">
                    {copyable(visit, visit.t("分发链接", "Distribution link"), url)}
                    <p class="text-sm text-muted">{tell}</p>
                    <p><a class="btn btn-sm" href=file download="qr.svg">{icon(Icon::Download)}{visit.t("下载二维码", "Download the code")}</a></p>
                </div>
            </div>
        },
    )
}

/// What a code holds: the address alone. The customer's name is for people to compare and makes a code
/// that is hard to scan; the page that opens tells it (Source: LNK-3).
fn scanned(origin: &str, path: &str) -> String {
    let bare = path.split('?').next().unwrap_or(path);
    format!("{origin}{bare}")
}

/// The apps to pick from, with the reasons of those that cannot be picked.
///
/// Once a link was made, another is the quieter thing to do.
fn pick(visit: &Visit, offers: &Offers, made: bool) -> AnyView {
    if let Some(refusal) = &offers.refusal {
        return warning(refusal.told(visit.lang));
    }
    let asked = visit.query("q").is_some();
    if offers.choices.is_empty() && !asked {
        let start = view! { <a class="btn btn-primary" href="/apps/new">{visit.t("新建应用", "New app")}</a> };
        let lead = visit.t(
            "先搭建应用并发布一个应用版本，再来获取链接。",
            "Build an app and publish a release first.",
        );
        return empty(
            Icon::Grid,
            visit.t("还没有可以分发的应用", "No app to distribute yet"),
            lead,
            start,
        );
    }
    let fields = Fields::of(visit, "create");
    let chosen = fields.value("application", "");
    let any = offers.choices.iter().any(|choice| choice.reason.is_none());
    let cards = offers.choices.iter().map(|item| choice(visit, item, &chosen)).collect_view();
    let error = fields.error("application");
    let fine = error.is_none();
    let legend = visit.t("选择要分发的应用", "Choose the app").to_owned();
    fields.call("application", legend.clone());
    let find = (asked || offers.choices.len() > AT_A_GLANCE)
        .then(|| search(visit, visit.t("按名称查找应用", "Find an app by name"), ()));
    let none = offers.choices.is_empty().then(|| {
        let text = visit.t("没有找到这个名称的应用。", "No app of this name.");
        view! { <p class="text-muted">{text.to_owned()}</p> }
    });
    let post = form_post(
        &fields,
        view! {
            <fieldset class="mb-4" id="f-create-application" tabindex="-1">
                <legend class="mb-2 font-medium">{legend}</legend>
                <p class="mb-2 text-sm text-error" data-error-for="application" hidden=fine>{error}</p>
                <div class="grid gap-2 md:grid-cols-2">{cards}</div>
            </fieldset>
            {any.then(|| {
                let label = visit.t("获取分发链接", "Get the link");
                if made { Field::button("create", label) } else { Field::submit("create", label) }
            })}
        },
    );
    let cut = newest_only(visit, offers.choices.len());
    card(visit.t("获取分发链接", "Get a distribution link"), view! { {find}{none}{cut}{post} })
}

fn choice(visit: &Visit, item: &Choice, chosen: &str) -> AnyView {
    let name = item.name.get(visit.lang).to_owned();
    let release = item
        .release
        .map(|number| visit.t(&format!("第 {number} 版"), &format!("Release {number}")).to_owned());
    let reason = item.reason.as_ref().map(|reason| reason.get(visit.lang).to_owned());
    let closed = reason.is_some();
    let value = item.application.to_string();
    let class = if closed {
        "flex items-start gap-3 rounded-field border border-dashed border-base-300 bg-base-200 p-3"
    } else {
        "flex cursor-pointer items-start gap-3 rounded-field border border-base-300 p-3 has-checked:border-primary"
    };
    let mark = if closed { Icon::Lock } else { Icon::Grid };
    view! {
        <label class=class>
            <input type="radio" class="radio radio-primary radio-sm mt-0.5" name="application" checked=value == chosen value=value disabled=closed/>
            <span class="min-w-0">
                <span class="flex items-center gap-2 font-medium">{icon(mark)}{name}</span>
                <span class="block text-sm text-muted">{reason.or(release)}</span>
            </span>
        </label>
    }
    .into_any()
}

fn links(visit: &Visit, project: &Project, items: Vec<Listed>) -> AnyView {
    let title = visit.t("已有链接", "Links");
    if items.is_empty() {
        let lead = visit.t(
            "获取的链接会列在这里，可以再次复制或撤回。",
            "Links you make are listed here, to copy again or revoke.",
        );
        return empty(Icon::Link, visit.t("还没有链接", "No links yet"), lead, ());
    }
    let columns = [
        visit.t("应用", "App"),
        visit.t("创建人", "Made by"),
        visit.t("时间", "Made"),
        visit.t("购买", "Purchases"),
        visit.t("状态", "State"),
        "",
    ];
    let rows = items.into_iter().map(|item| row(visit, project, item)).collect();
    view! { <h2 class="mb-3 text-base font-semibold">{title}</h2>{table(title, columns.map(str::to_owned).to_vec(), rows)} }.into_any()
}

fn row(visit: &Visit, project: &Project, item: Listed) -> Vec<AnyView> {
    let dead = item.state.require_alive(&project.state).err();
    let order = match &item.order {
        Some((id, number, state)) => {
            let state = OrderState::label_of(state).get(visit.lang).to_owned();
            view! { <span class="flex flex-col items-start max-md:items-end"><a class="link" href=format!("/manage/provider/orders/{id}")>{mono(number.clone())}</a><span class="text-xs text-muted">{state}</span></span> }.into_any()
        }
        None => {
            view! { <span class="text-muted">{visit.t("还没有", "None yet")}</span> }.into_any()
        }
    };
    // What was bought through is used up: there is nothing to pass on, and nothing to revoke.
    let passable = dead.is_none() && item.order.is_none();
    vec![
        item.application_name.get(visit.lang).to_owned().into_any(),
        item.created_by_name.clone().into_any(),
        moment(visit, item.created_at),
        order,
        state(visit, &item, dead),
        passable.then(|| actions(visit, project, &item)).into_any(),
    ]
}

/// Whether the link can be bought through, or why not.
fn state(visit: &Visit, item: &Listed, dead: Option<Problem>) -> AnyView {
    let dead = dead.map(|problem| problem.sentence(visit.lang).to_owned());
    let (word, why) = match (&item.state, &item.order, dead) {
        (LinkState::Revoked(step), ..) => (
            visit.t("已撤回", "Revoked"),
            view! { {step.name.clone()}" · "{moment(visit, step.at)} }.into_any(),
        ),
        (LinkState::Live, Some(_), _) => (
            visit.t("已购买", "Bought"),
            visit.t("一个链接只能购买一次", "A link is for one purchase").to_owned().into_any(),
        ),
        (LinkState::Live, None, Some(why)) => (visit.t("已失效", "Dead"), why.into_any()),
        (LinkState::Live, None, None) => return badge(Tone::Good, visit.t("有效", "Valid")),
    };
    view! {
        <span class="flex flex-col items-start gap-1 max-md:items-end">{badge(Tone::Quiet, word)}<span class="max-w-xs text-xs text-muted">{why}</span></span>
    }
    .into_any()
}

/// Copy it, show its code, revoke it.
fn actions(visit: &Visit, project: &Project, item: &Listed) -> AnyView {
    let url = format!("{}{}", visit.origin, item.path);
    let action = visit.path.clone();
    let confirm = view! {
        <input type="hidden" name="_do" value="revoke"/><input type="hidden" name="link" value=item.id.to_string()/>
        <button class="btn btn-sm btn-error btn-soft">{visit.t("撤回链接", "Revoke the link")}</button>
    };
    let shown = format!("{}?made={}", domain::link::page(project.id), item.id);
    view! {
        <div class="flex flex-wrap items-start gap-2">
            <CopyButton text=url label=visit.t("复制链接", "Copy").to_owned() done=visit.t("已复制", "Copied").to_owned() small=true/>
            <a class="btn btn-sm" href=shown>{visit.t("二维码", "QR code")}</a>
            {confirm_button(
                visit.t("撤回", "Revoke"),
                visit.t("撤回后打开链接的人会看到它已被撤回；已经购买的不受影响。", "Whoever opens it will read that it was revoked; what was bought stays."),
                postback(&action, "m-0", confirm),
            )}
        </div>
    }
    .into_any()
}

/// Makes or revokes a link.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let project: ProjectId = visit.param("id")?;
    let url = domain::link::page(project);
    match form.command() {
        "revoke" => {
            let link: LinkId = form.parse("link")?;
            backend::link::revoke(visit.backend(), &visit.actor, project, link).await?;
            Ok(Go::to(url).say("链接已撤回", "The link is revoked"))
        }
        "create" => {
            let app = domain::link::chosen(form.text("application"))?;
            let made = backend::link::create(visit.backend(), &visit.actor, project, app).await?;
            Ok(Go::to(format!("{url}?made={}", made.id))
                .say("链接已生成，复制后发给客户", "The link is made; copy it for the customer"))
        }
        _ => Err(unknown_command()),
    }
}

/// The QR code of a link, to be printed.
pub async fn qr_file(visit: Visit) -> Result<Response, Problem> {
    let (project, link): (ProjectId, LinkId) = (visit.param("id")?, visit.param("link")?);
    let made = backend::link::get(visit.backend(), &visit.actor, project, link).await?;
    let made = made.ok_or_else(backend::link::no_link)?;
    let svg = backend::link::qr_svg(&scanned(&visit.origin, &made.path))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, svg).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lnk3_a_code_holds_the_address_without_the_customers_name() {
        let path = domain::link::path("dGhlLXRva2Vu", "澄川环保工程");
        assert!(path.contains("?corpName="), "the copied link carries it");
        let text = scanned("https://fenfa.example.cn", &path);
        assert_eq!(text, "https://fenfa.example.cn/l/dGhlLXRva2Vu");
    }
}
