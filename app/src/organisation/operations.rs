//! The operators' organisations: find, create, change the edition, invite a first admin
//! (Source: ORG-3).

use backend::organisation::{Listed, Offer, Overview};
use domain::{identity::OrganisationId, organisation::Edition, problem::Problem};
use leptos::prelude::*;

use super::invitation::link_card;
use crate::{
    account::{editions, unknown_command},
    kit::{
        Field, Fields, Icon, Tone, actions, badge, card, copyable, empty, facts, form_post,
        heading, icon, moment, mono, pager, search, table, warning,
    },
    page::{Form, Go, Page, Visit, decode},
};

/// As many as a page of organisations holds.
const FULL: usize = 50;

/// Lists the organisations.
pub async fn list(visit: Visit) -> Result<Page, Problem> {
    let before = visit.query("before").and_then(|id| id.parse().ok());
    let words = visit.query("q").unwrap_or("").to_owned();
    let found =
        backend::organisation::organisations(visit.backend(), &visit.actor, &words, before).await?;
    let title = visit.t("组织与版本", "Organisations and editions").to_owned();
    Ok(Page::new(title.clone(), move || {
        let action = view! {
            <a class="btn btn-primary" href="/operations/organisations/new">{icon(Icon::Plus)}{visit.t("新建组织", "New organisation")}</a>
        };
        let lead = visit.t(
            "服务商和客户都是组织；版本决定它们能用什么。",
            "Providers and customers are organisations; the edition decides what they can use.",
        );
        let content = if found.is_empty() {
            let (title, lead) = if words.is_empty() {
                (
                    visit.t("还没有组织", "No organisations yet"),
                    visit.t(
                        "新建一个，并把邀请链接发给它的第一位平台管理员。",
                        "Create one, and send its first platform admin the invitation link.",
                    ),
                )
            } else {
                (
                    visit.t("没有找到", "Nothing found"),
                    visit.t(
                        "可以按名称或 CorpID 的一部分查找。",
                        "Search for a part of the name or of the CorpID.",
                    ),
                )
            };
            empty(Icon::Building, title, lead, ())
        } else {
            organisation_table(&visit, &found)
        };
        view! {
            {heading(title, lead, action)}
            {search(&visit, visit.t("按名称查找", "Search by name"), ())}
            {content}
        }
    }))
}

fn organisation_table(visit: &Visit, found: &[Listed]) -> AnyView {
    let columns = [
        visit.t("组织", "Organisation"),
        "CorpID",
        visit.t("版本", "Edition"),
        visit.t("成员", "Members"),
        visit.t("创建时间", "Created"),
    ];
    let rows = found.iter().map(|one| row(visit, one)).collect();
    let next =
        found.get(FULL - 1).map(|last| visit.with_query(&[("before", &last.id.to_string())]));
    let first = visit.query("before").map(|_| visit.with_query(&[("before", "")]));
    view! {
        {table(visit.t("组织", "Organisations"), columns.map(str::to_owned).to_vec(), rows)}
        {pager(visit, first, next)}
    }
    .into_any()
}

fn row(visit: &Visit, one: &Listed) -> Vec<AnyView> {
    let headless = (one.admins == 0)
        .then(|| view! { <span class="ml-2">{badge(Tone::Warn, visit.t("尚无管理员", "No admin yet"))}</span> });
    vec![
        view! { <a class="link font-medium" href=url(one.id)>{one.name.clone()}</a> }.into_any(),
        mono(one.corp_id.to_string()),
        edition_badge(visit, one.edition),
        view! { {one.members}{headless} }.into_any(),
        moment(visit, one.created_at),
    ]
}

fn edition_badge(visit: &Visit, edition: Edition) -> AnyView {
    let tone = match edition {
        Edition::Free => Tone::Quiet,
        Edition::Light | Edition::Professional => Tone::Info,
        Edition::Exclusive => Tone::Good,
    };
    badge(tone, edition.label().get(visit.lang).to_owned())
}

/// The form for a new organisation.
pub async fn new(visit: Visit) -> Result<Page, Problem> {
    visit.actor.may(domain::authority::UseCase::OrganisationCreate)?;
    let title = visit.t("新建组织", "New organisation").to_owned();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "create");
        let form = form_post(
            &fields,
            view! {
                {Field::text("organisation").label(visit.t("组织名称", "Name")).required().autocomplete("off").view(&fields)}
                {Field::text("corp_id").label("CorpID").required().placeholder("ding…")
                    .hint(visit.t("ding 加 16 至 40 位十六进制字符，不区分大小写", "“ding” and 16 to 40 hex digits, in either case")).autocomplete("off").view(&fields)}
                {Field::select("edition", editions(&visit)).label(visit.t("版本", "Edition")).required().value("free").view(&fields)}
                {Field::text("admin").label(visit.t("第一位平台管理员", "First platform admin")).required()
                    .hint(visit.t("姓名；保存后得到发给此人的邀请链接", "A name; saving gives you the invitation link for that person")).autocomplete("off").view(&fields)}
                {actions(view! {
                    {Field::submit("create", visit.t("创建组织", "Create the organisation"))}
                    <a class="btn btn-ghost" href="/operations/organisations">{visit.t("取消", "Cancel")}</a>
                })}
            },
        );
        view! { {heading(title, (), ())}<div class="max-w-2xl">{card("", form)}</div> }
    }))
}

/// Creates an organisation; its page then shows the link for the first admin.
pub async fn create(visit: Visit, form: Form) -> Result<Go, Problem> {
    let created = backend::organisation::create_organisation(
        visit.backend(),
        &visit.actor,
        &decode(&form)?,
        form.text("admin"),
    )
    .await;
    // The page calls the field of the first admin's name by another name than the use case.
    let (id, invited) = created.map_err(|mut problem| {
        for field in problem.fields.iter_mut().filter(|field| field.name == "invitee") {
            field.name = "admin".into();
        }
        problem
    })?;
    Ok(Go::to(url(id))
        .hand(&visit, &invited.token)
        .say("组织已创建", "The organisation is created"))
}

fn url(id: OrganisationId) -> String {
    format!("/operations/organisations/{id}")
}

/// One organisation.
pub async fn detail(visit: Visit) -> Result<Page, Problem> {
    let id = visit.param("id")?;
    let found = backend::organisation::overview(visit.backend(), &visit.actor, id).await?;
    let fresh = fresh_link(&visit, id).await;
    Ok(Page::new(found.organisation.name.clone(), move || {
        let trail = format!("/operations/audit?organisation={id}");
        let action = view! { <a class="btn" href=trail>{icon(Icon::Shield)}{visit.t("审计记录", "Audit trail")}</a> };
        let back = view! { <a class="link" href="/operations/organisations">{visit.t("全部组织", "All organisations")}</a> };
        view! {
            {heading(found.organisation.name.clone(), back, action)}
            <div class="max-w-3xl">
                {fresh.map(|(offer, token)| link_card(&visit, &offer, &token))}
                {card(visit.t("组织信息", "The organisation"), summary(&visit, &found))}
                {(found.admins == 0).then(|| first_admin(&visit, &found))}
                {card(visit.t("版本", "Edition"), edition(&visit, found.organisation.edition))}
            </div>
        }
    }))
}

/// The invitation just made, when its link was handed over and belongs here.
async fn fresh_link(visit: &Visit, id: OrganisationId) -> Option<(Offer, String)> {
    let token = visit.handed.clone()?;
    let offer = backend::organisation::offer(visit.backend(), &visit.actor, &token).await.ok()?;
    (offer.organisation == id).then_some((offer, token))
}

fn summary(visit: &Visit, found: &Overview) -> AnyView {
    let one = &found.organisation;
    view! {
        {facts(vec![
            (visit.t("成员", "Members").to_owned(), found.members.into_any()),
            (visit.t("平台管理员", "Platform admins").to_owned(), found.admins.into_any()),
            (visit.t("时区", "Time zone").to_owned(), one.zone.name.clone().into_any()),
            (visit.t("创建时间", "Created").to_owned(), moment(visit, one.created_at)),
        ])}
        <div class="mt-2 max-w-xl"><p class="mb-1 text-sm text-muted">"CorpID"</p>{copyable(visit, "CorpID", one.corp_id.to_string())}</div>
    }
    .into_any()
}

/// Without an admin nobody can act for the organisation: who is invited, and the way to invite anew.
fn first_admin(visit: &Visit, found: &Overview) -> AnyView {
    let fields = Fields::of(visit, "first-admin");
    let (state, invitee) = match &found.waiting {
        Some((invitee, until)) => {
            let until = visit.zone.exact(*until);
            let text = if visit.lang == domain::lang::Lang::Zh {
                format!(
                    "正在等待 {invitee} 接受邀请，有效至 {until}。链接只显示一次；丢失了请重新生成。"
                )
            } else {
                format!(
                    "Waiting for {invitee} to accept the invitation, until {until}. Its link is shown only once; if it got lost, make a new one."
                )
            };
            (text, invitee.clone())
        }
        None => (
            visit
                .t(
                    "这个组织还没有平台管理员，也没有有效的邀请。",
                    "This organisation has no platform admin, and no open invitation.",
                )
                .to_owned(),
            String::new(),
        ),
    };
    let form = form_post(
        &fields,
        view! {
            {Field::text("invitee").label(visit.t("第一位平台管理员", "First platform admin")).required().value(invitee)
                .hint(visit.t("重新生成后，以前的链接失效", "A new link ends the earlier one")).autocomplete("off").view(&fields)}
            {Field::button("first-admin", visit.t("生成新的邀请链接", "Make a new invitation link"))}
        },
    );
    view! { {warning(state)}{card(visit.t("第一位平台管理员", "First platform admin"), form)} }
        .into_any()
}

fn edition(visit: &Visit, current: Edition) -> AnyView {
    let fields = Fields::of(visit, "edition");
    form_post(
        &fields,
        view! {
            <input type="hidden" name="seen" value=current.code()/>
            {Field::select("edition", editions(visit)).label(visit.t("版本", "Edition")).required().value(current.code())
                .hint(visit.t("更改后立即生效，并通知该组织的平台管理员", "Holds at once; the organisation's platform admins are told")).view(&fields)}
            {Field::submit("edition", visit.t("更改版本", "Change the edition"))}
        },
    )
}

/// Changes the edition, or invites a first admin anew.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    let id: OrganisationId = visit.param("id")?;
    match form.command() {
        "edition" => {
            let (seen, wanted) = (form.text("seen"), form.text("edition"));
            backend::organisation::change_edition(backend, actor, id, seen, wanted).await?;
            Ok(Go::to(visit.path.clone()).say("版本已更改", "The edition is changed"))
        }
        "first-admin" => {
            let invitee = form.text("invitee");
            let invited =
                backend::organisation::invite_first_admin(backend, actor, id, invitee).await?;
            Ok(Go::to(url(id)).hand(&visit, &invited.token))
        }
        _ => Err(unknown_command()),
    }
}
