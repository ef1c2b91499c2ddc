//! 基本信息: what the app is called, and where it came from (Source: APP-4).

use backend::lifecycle::App;
use domain::{authority::UseCase, design::Naming, identity::ApplicationId, problem::Problem};
use leptos::prelude::*;

use crate::{
    kit::{Field, Fields, card, facts, form_post, moment, mono},
    page::{Form, Go, Visit},
};

/// The form for those who may rename the app, else what it is called and why not.
pub fn view(visit: &Visit, app: &App, obstacle: Option<&Problem>) -> AnyView {
    let naming = match obstacle {
        None => form(visit, app),
        Some(problem) => fixed(visit, app, problem),
    };
    view! {
        {card(visit.t("名称与说明", "Name and description"), naming)}
        {card(visit.t("来源", "Origin"), origin(visit, app))}
    }
    .into_any()
}

fn form(visit: &Visit, app: &App) -> AnyView {
    let fields = Fields::of(visit, "rename");
    form_post(
        &fields,
        view! {
            <input type="hidden" name="revision" value=fields.started("revision", app.revision.to_string())/>
            <div class="grid gap-x-6 sm:grid-cols-2">
                {Field::text("name_zh").bare().label(visit.t("中文名称", "Chinese name")).value(app.name.zh.clone()).autocomplete("off").view(&fields)}
                {Field::text("name_en").bare().label(visit.t("英文名称", "English name")).value(app.name.en.clone()).autocomplete("off")
                    .hint(visit.t("至少填写一种语言", "One language at least")).view(&fields)}
            </div>
            {Field::area("description", 3).label(visit.t("说明", "Description")).value(app.description.clone()).view(&fields)}
            {Field::text("icon").label(visit.t("图标文字", "Symbol")).value(app.icon.clone()).autocomplete("off")
                .hint(visit.t("最多两个字；留空则用名称的第一个字", "Two characters at most; empty means the first of the name")).view(&fields)}
            {Field::submit("rename", visit.t("保存", "Save"))}
        },
    )
}

fn fixed(visit: &Visit, app: &App, problem: &Problem) -> AnyView {
    let rows = vec![
        (visit.t("名称", "Name").to_owned(), app.name.get(visit.lang).to_owned().into_any()),
        (visit.t("说明", "Description").to_owned(), app.description.clone().into_any()),
    ];
    view! {
        {facts(rows)}
        <p class="mt-4 font-medium">{problem.sentence(visit.lang).to_owned()}</p>
        <p class="text-sm text-muted">{problem.remedy.get(visit.lang).to_owned()}</p>
    }
    .into_any()
}

fn origin(visit: &Visit, app: &App) -> AnyView {
    let came = match &app.origin {
        Some(origin) => {
            let url = format!("/purchased/{}", origin.order);
            let order = visit.actor.may(UseCase::PurchasedRead).is_ok().then(|| {
                view! { " · "<a class="link" href=url>{visit.t("查看订单", "See the order").to_owned()}</a> }
            });
            view! { {format!("{}{}", visit.t("服务商分发：", "Delivered by "), origin.provider_name)}{order} }.into_any()
        }
        None => visit.t("本组织自建", "Made by this organisation").to_owned().into_any(),
    };
    facts(vec![
        (visit.t("来源", "From").to_owned(), came),
        (visit.t("到达时间", "Here since").to_owned(), moment(visit, app.created_at)),
        (visit.t("所属组织", "Organisation").to_owned(), app.organisation_name.clone().into_any()),
        (visit.t("应用编号", "App id").to_owned(), mono(app.id.to_string())),
    ])
}

/// Renames the app.
pub async fn rename(visit: &Visit, form: &Form, id: ApplicationId) -> Result<Go, Problem> {
    let naming = Naming::read(
        form.text("name_zh"),
        form.text("name_en"),
        form.text("description"),
        form.text("icon"),
    )?;
    let revision = form.parse("revision")?;
    backend::application::rename(visit.backend(), &visit.actor, id, revision, naming).await?;
    Ok(Go::to(visit.here()).say("已保存", "Saved"))
}
