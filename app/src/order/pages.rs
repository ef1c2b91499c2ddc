//! 发送页面: chosen pages of a newer release into the customer's app; what the customer changed is
//! shown and not overwritten (Source: ORD-6).

use backend::{
    agreement::Agreement,
    delivery::{PageState, ReleaseChoice, SendablePage},
    order::Order,
};
use domain::{application::Key, authority::UseCase, identity::OrderId, problem::Problem};
use leptos::prelude::*;

use super::send::{agreement_fields, release_options, ticked};
use crate::{
    kit::{Field, Fields, Icon, Tone, actions, back, badge, card, empty, form_post, heading},
    page::{Form, Go, Page, Visit},
};

/// Shows the pages of a release, compared with the customer's app.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: OrderId = visit.param("id")?;
    let order = backend::order::read(visit.backend(), &visit.actor, id).await?;
    backend::order::require_sender(visit.backend(), &visit.actor, UseCase::SendPages).await?;
    order.state.require_sent()?;
    order.require_open()?;
    let releases = backend::delivery::page_releases(visit.backend(), &visit.actor, id).await?;
    let release = shown(&visit, &releases);
    let pages = backend::delivery::pages(visit.backend(), &visit.actor, id, &release).await?;
    let agreement = backend::agreement::read(visit.backend(), &visit.actor).await?;
    let title = visit.t("发送页面", "Send pages").to_owned();
    Ok(Page::new(title, move || view(&visit, &order, &release, &pages, &releases, &agreement)))
}

/// The release that is compared, and that the form sends whatever is published meanwhile: the one
/// posted or asked for, else the newest.
fn shown(visit: &Visit, releases: &[ReleaseChoice]) -> String {
    let posted = visit.echo().map(|echo| echo.form.text("release"));
    let asked = posted.or_else(|| visit.query("release")).unwrap_or_default();
    let found = releases.iter().find(|release| release.id.to_string() == asked);
    found.or(releases.first()).map(|release| release.id.to_string()).unwrap_or_default()
}

fn view(
    visit: &Visit,
    order: &Order,
    release: &str,
    pages: &[SendablePage],
    releases: &[ReleaseChoice],
    agreement: &Agreement,
) -> AnyView {
    let lead =
        format!("{} → {} · {}", order.app_name.get(visit.lang), order.customer_name, order.number);
    let content = if pages.iter().any(|page| page.state.can_be_sent()) {
        chooser(visit, order, release, pages, agreement)
    } else {
        let lead = visit.t("这个应用版本的页面与客户应用一致，或已被客户修改。请修改页面并发布新的应用版本后再来。", "The pages of this release are the same as the customer's, or were changed there. Change pages and publish a new release first.");
        let action = view! { <a class="btn" href=format!("/apps/{}/design", order.application)>{visit.t("去设计应用", "Design the app").to_owned()}</a> };
        view! { {card("", list(visit, None, pages))}{empty(Icon::Upload, visit.t("没有可发送的页面", "No page to send"), lead, action)} }.into_any()
    };
    view! {
        {back(visit, backend::order::page(order.id), order.number.clone())}
        {heading(visit.t("发送页面", "Send pages"), lead, ())}
        <div class="max-w-3xl">{choice(visit, release, releases)}{content}</div>
    }
    .into_any()
}

/// The releases whose pages can be sent, where there is more than one.
fn choice(visit: &Visit, shown: &str, releases: &[ReleaseChoice]) -> Option<AnyView> {
    if releases.len() < 2 {
        return None;
    }
    let options = release_options(visit, releases).into_iter().map(|(id, label)| {
        let here = id == shown;
        view! { <option value=id selected=here>{label}</option> }
    });
    Some(view! {
        <form method="get" action=visit.path.clone() class="mb-4 flex max-w-md gap-2">
            <label class="sr-only" for="release">{visit.t("应用版本", "Release").to_owned()}</label>
            <select id="release" name="release" class="select w-full">{options.collect_view()}</select>
            <button class="btn">{visit.t("查看", "Show").to_owned()}</button>
        </form>
    }.into_any())
}

fn chooser(
    visit: &Visit,
    order: &Order,
    release: &str,
    pages: &[SendablePage],
    agreement: &Agreement,
) -> AnyView {
    let fields = Fields::of(visit, "pages");
    let error = fields.error("page");
    let fine = error.is_none();
    let legend = visit.t("选择要发送的页面", "Choose the pages to send").to_owned();
    fields.call("page", legend.clone());
    card(
        "",
        form_post(
            &fields,
            view! {
                <input type="hidden" name="release" value=release.to_owned()/>
                <fieldset class="mb-5" id="f-pages-page" tabindex="-1">
                    <legend class="mb-2 font-medium">{legend}</legend>
                    <p class="text-sm text-error" data-error-for="page" hidden=fine>{error}</p>
                    {list(visit, Some(&fields), pages)}
                </fieldset>
                {agreement_fields(visit, &fields, agreement)}
                {actions(view! {
                    {Field::submit("pages", visit.t("发送页面", "Send pages"))}
                    <a class="btn btn-ghost" href=backend::order::page(order.id)>{visit.t("取消", "Cancel").to_owned()}</a>
                })}
            },
        ),
    )
}

fn list(visit: &Visit, fields: Option<&Fields>, pages: &[SendablePage]) -> AnyView {
    let chosen = fields.map(|fields| fields.values("page", vec![])).unwrap_or_default();
    let lines = pages.iter().map(|page| {
        let tone = match page.state {
            PageState::Same => Tone::Quiet,
            PageState::Newer => Tone::Info,
            PageState::New => Tone::Good,
            PageState::Changed => Tone::Warn,
        };
        let key = page.key.to_string();
        let ticked = chosen.contains(&key);
        let can = page.state.can_be_sent();
        let tick = fields.map(|_| view! {
            <input type="checkbox" class="checkbox checkbox-primary checkbox-sm" name="page" value=key checked=ticked disabled=!can/>
        });
        view! {
            <li><label class="flex min-h-11 items-center gap-3 py-2">
                {tick}
                <span class="min-w-0 flex-1 break-words">{page.title.get(visit.lang).to_owned()}</span>
                {badge(tone, page.state.label().get(visit.lang).to_owned())}
            </label></li>
        }
    });
    view! { <ul class="divide-y divide-base-300">{lines.collect_view()}</ul> }.into_any()
}

/// 发送页面.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: OrderId = visit.param("id")?;
    let pages: Vec<Key> = form.all("page").filter_map(|key| Key::parse(key).ok()).collect();
    let ticked = ticked(&form).parse().ok();
    let release = form.text("release").to_owned();
    backend::delivery::send_pages(visit.backend(), &visit.actor, id, &release, &pages, ticked)
        .await?;
    Ok(Go::to(backend::order::page(id)))
}
