//! Making an app: an empty one, or one from forms that exist elsewhere.

use domain::{design::Naming, problem::Problem};
use leptos::prelude::*;

use crate::{
    kit::{Field, Fields, Icon, actions, card, form_post, heading, icon},
    page::{Form, Go, Page, Visit},
};

/// Shows the form.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    visit.actor.may(domain::authority::UseCase::ApplicationCreate)?;
    let title = visit.t("新建应用", "New app").to_owned();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "create");
        let form = form_post(
            &fields,
            view! {
                {Field::text("name_zh").bare().label(visit.t("应用名称（中文）", "Name (Chinese)")).value("").placeholder(visit.t("如：合同管理", "Such as 合同管理"))
                    .hint(visit.t("中文和英文名称至少填写一个", "One of the two names is needed, Chinese or English")).view(&fields)}
                {Field::text("name_en").bare().label(visit.t("应用名称（英文）", "Name (English)")).placeholder("Contracts").view(&fields)}
                {Field::area("description", 2).label(visit.t("说明", "Description")).view(&fields)}
                {Field::text("icon").label(visit.t("图标文字", "Symbol")).hint(visit.t("最多两个字；不填则用名称的第一个字", "At most two characters; the first of the name otherwise")).view(&fields)}
                {actions(view! {
                    {Field::submit("create", visit.t("创建并开始设计", "Create and design"))}
                    <a class="btn btn-ghost" href="/">{visit.t("取消", "Cancel").to_owned()}</a>
                })}
            },
        );
        let lead = visit
            .t("从空白开始，添加表单和字段。", "Start empty, then add forms and fields.")
            .to_owned();
        let import = view! {
            <p class="mb-3 text-muted">{visit.t("已经有宜搭表单？上传它们的定义，字段、选项和关联都会带过来。", "Forms on Yida already? Upload their definitions; fields, options and associations come along.").to_owned()}</p>
            <a class="btn" href="/apps/import">{icon(Icon::Upload)}{visit.t("导入表单", "Import forms").to_owned()}</a>
        };
        view! {
            {heading(title, lead, ())}
            {card("", form)}
            {card(visit.t("从宜搭导入", "Import from Yida"), import)}
        }
    }))
}

/// Makes the app and goes to its designer.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let naming = Naming::read(
        form.text("name_zh"),
        form.text("name_en"),
        form.text("description"),
        form.text("icon"),
    )?;
    let id = backend::application::create(visit.backend(), &visit.actor, naming).await?;
    Ok(Go::to(format!("/apps/{id}/design"))
        .say("应用已创建，请添加第一个表单", "The app is there; add its first form"))
}
