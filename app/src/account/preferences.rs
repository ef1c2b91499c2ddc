//! A person's name, language, look and password (Source: ALL-3, ORG-4).

use domain::{
    account::Theme,
    lang::Lang,
    problem::{Kind, Problem},
};
use leptos::prelude::*;

use super::PasswordForm;
use crate::{
    call::Standing,
    handed::hand,
    kit::{Field, Fields, actions, card, form_post, heading},
    page::{Form, Go, Page, Visit, decode},
};

/// Shows both forms.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let profile = backend::account::profile(visit.backend(), &visit.actor).await?;
    let title = visit.t("偏好设置", "Preferences").to_owned();
    Ok(Page::new(title.clone(), move || {
        let chosen = profile.preferences;
        let fields = Fields::of(&visit, "preferences");
        let automatic = |explanation: &'static str| {
            (String::new(), visit.t("自动", "Automatic").to_owned(), explanation.to_owned())
        };
        let languages = vec![
            automatic(visit.t("按浏览器的语言", "As the browser says")),
            ("zh".to_owned(), "中文".to_owned(), String::new()),
            ("en".to_owned(), "English".to_owned(), String::new()),
        ];
        let mut looks = vec![automatic(visit.t("按设备的设置", "As the device says"))];
        looks.extend(Theme::ALL.iter().map(|theme| {
            (theme.code().to_owned(), theme.label().get(visit.lang).to_owned(), String::new())
        }));
        let preferences = form_post(
            &fields,
            view! {
                {Field::text("name").label(visit.t("姓名", "Name")).required().value(chosen.name.clone()).autocomplete("name").view(&fields)}
                <div class="grid gap-x-6 sm:grid-cols-2">
                    {Field::radios("language", languages).label(visit.t("语言", "Language")).required().value(chosen.language.map_or("", Lang::code)).view(&fields)}
                    {Field::radios("theme", looks).label(visit.t("外观", "Look")).required().value(chosen.theme.map_or("", Theme::code)).view(&fields)}
                </div>
                {actions(Field::submit("preferences", visit.t("保存", "Save")))}
            },
        );
        let lead = view! { {visit.t("登录账号：", "Account: ")}{profile.login} };
        view! {
            {heading(title, lead, ())}
            <div class="max-w-2xl">
                {card(visit.t("个人", "You"), preferences)}
                <div id="password">{card(visit.t("修改密码", "Change password"), password(&visit))}</div>
            </div>
        }
    }))
}

fn password(visit: &Visit) -> AnyView {
    view! { {hand(Standing::of(visit))}<PasswordForm/> }.into_any()
}

/// Saves the preferences.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    match form.command() {
        "preferences" => {
            let typed = decode(&form)?;
            let saved = backend::account::change_preferences(backend, actor, &typed).await?;
            Ok(Go::to("/me/preferences")
                .say("已保存", "Saved")
                .cookie(visit.language_cookie(saved.language))
                .cookie(visit.theme_cookie(saved.theme.map(Theme::code))))
        }
        _ => Err(unknown_command()),
    }
}

/// The refusal of a button that no page of this site has.
pub fn unknown_command() -> Problem {
    Problem::new(
        Kind::Invalid,
        "form.unknown_command",
        "ALL-4",
        "页面没有这个操作",
        "This page has no such command",
    )
    .remedy("请重新打开页面再试", "Open the page again and retry")
}
