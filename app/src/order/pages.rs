//! 发送页面: chosen pages of a newer release into the customer's app; what the customer changed is
//! shown and not overwritten (Source: ORD-6).

use backend::{
    agreement::Agreement,
    delivery::{PageState, ReleaseChoice, SendablePage},
    order::Order,
};
use domain::{application::Key, identity::OrderId, problem::Problem};
use leptos::prelude::*;

use super::{
    release_name,
    send::{agreement_fields, ticked},
};
use crate::{
    kit::{Field, Fields, Icon, Tone, actions, back, badge, card, empty, form_post, heading, tabs},
    page::{Form, Go, Page, Visit},
};

/// Shows the pages of a release, compared with the customer's app.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: OrderId = visit.param("id")?;
    let order = backend::order::read(visit.backend(), &visit.actor, id).await?;
    order.state.require_sent()?;
    order.require_open()?;
    let release = visit.query("release").unwrap_or_default().to_owned();
    let pages = backend::delivery::pages(visit.backend(), &visit.actor, id, &release).await?;
    let releases = backend::delivery::page_releases(visit.backend(), &visit.actor, id).await?;
    let agreement = backend::agreement::read(visit.backend(), &visit.actor).await?;
    let title = visit.t("发送页面", "Send pages").to_owned();
    Ok(Page::new(title, move || view(&visit, &order, &release, &pages, &releases, &agreement)))
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
    let entries = releases.iter().take(8).enumerate().map(|(index, choice)| {
        let id = choice.id.to_string();
        let here = id == release || (release.is_empty() && index == 0);
        (visit.with_query(&[("release", &id)]), release_name(visit, choice.number), here)
    });
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
        <div class="max-w-3xl">{tabs(visit.t("应用版本", "Releases"), entries.collect())}{content}</div>
    }
    .into_any()
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
