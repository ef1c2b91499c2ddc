//! The first steps of an empty installation: its operator and, if wanted, a first organisation
//! (Source: ORG-3).

use domain::{account::already_set_up, organisation::Edition, problem::Problem};
use leptos::prelude::*;

use crate::{
    kit::{Field, Fields, card, form_post},
    page::{Form, Go, Layout, Page, Visit, decode},
};

/// The editions as options of a list.
pub fn editions(visit: &Visit) -> Vec<(String, String)> {
    Edition::ALL
        .iter()
        .map(|edition| (edition.code().to_owned(), edition.label().get(visit.lang).to_owned()))
        .collect()
}

/// The fields of a new account: login, name, password.
pub fn account_fields(visit: &Visit, fields: &Fields, name: &str) -> AnyView {
    view! {
        {Field::text("login").label(visit.t("邮箱或手机号", "E-mail or mobile number")).required()
            .hint(visit.t("用来登录", "You sign in with it")).autocomplete("username").input_mode("email").view(fields)}
        {Field::text("name").label(visit.t("姓名", "Name")).required().value(name).autocomplete("name").view(fields)}
        {Field::input("password", "password").label(visit.t("密码", "Password")).required()
            .hint(visit.t("至少 10 个字符，可以是一句话", "At least 10 characters; a sentence will do")).autocomplete("new-password").view(fields)}
    }
    .into_any()
}

/// Shows the form while nobody has an account.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    if !backend::account::is_empty(visit.backend()).await? {
        return Err(already_set_up());
    }
    let title = visit.t("开始使用分发", "Set Fenfa up").to_owned();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "set-up");
        let account = account_fields(&visit, &fields, "");
        let organisation = view! {
            {Field::text("organisation").label(visit.t("组织名称", "Name of the organisation")).autocomplete("organization").view(&fields)}
            {Field::text("corp_id").label("CorpID").placeholder("ding…")
                .hint(visit.t("在钉钉管理后台的首页可以看到", "The start page of the DingTalk admin console shows it")).view(&fields)}
            {Field::select("edition", editions(&visit)).label(visit.t("版本", "Edition")).required().value("free").view(&fields)}
        };
        let form = form_post(&fields, view! {
            {card(visit.t("1. 您的运营账号", "1. Your operator account"), account)}
            {card(visit.t("2. 第一个组织（可以以后再建）", "2. A first organisation (may wait)"), organisation)}
            {Field::submit("set-up", visit.t("完成初始化并登录", "Set up and sign in"))}
        });
        view! {
            <h1 class="mb-2 text-2xl font-semibold">{title}</h1>
            <p class="mb-6 text-muted">{visit.t(
                "这里还没有任何账号。第一位访客成为平台运营：审批立项、授予分发权限、创建组织。",
                "Nobody has an account here yet. The first visitor becomes the platform operator, who reviews projects, grants the distribution permission and creates organisations.",
            )}</p>
            {form}
        }
    })
    .layout(Layout::Public))
}

/// Creates the operator and signs in.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let typed = decode(&form)?;
    let session =
        backend::account::set_up(visit.backend(), &visit.actor, &typed, &visit.agent).await?;
    Ok(Go::to("/operations")
        .say(
            "平台已就绪，您已作为运营人员登录",
            "The installation is ready; you are signed in as its operator",
        )
        .cookie(visit.session_cookie(&session.token)))
}
