//! The fields of the sign-in, and what is said where the browser does not keep it.

use domain::lang::Lang;
use leptos::prelude::*;

use crate::kit::{Erased as _, Warning, attrs, form::Input, lang, t};

/// Login and password.
#[component]
pub fn SignInFields(
    /// What stands in the first field.
    #[prop(into)]
    login: String,
) -> impl IntoView {
    view! {
        <Input name="login" label=t("邮箱或手机号", "E-mail or mobile number") required=true value=login autocomplete="username" input_mode="email"/>
        <Input name="password" label=t("密码", "Password") kind="password" required=true autocomplete="current-password"/>
    }.erased()
}

/// The browser has dropped the session's cookie: the site says that it is behind TLS, and was opened
/// without it.
#[component]
pub fn Dropped(
    /// The site's address.
    site: String,
) -> impl IntoView {
    let words = match lang() {
        Lang::Zh => format!(
            "登录成功了，但浏览器没有保存：本站要求 https，而这个页面是用 http 打开的。请从 {site} 打开。"
        ),
        Lang::En => format!(
            "The sign-in went through, but the browser did not keep it: this site wants https and this page was opened over http. Open {site} instead."
        ),
    };
    let hint = t(
        "运维人员：如果没有 TLS，请把 --origin 设为浏览器里的 http 地址。",
        "Whoever runs this installation: without TLS, set --origin to the http address in the browser.",
    );
    view! {
        <Warning text=words><p class="mt-1 text-sm">{hint}</p><a {..attrs!["href" = site.clone()]} class="link">{site.clone()}</a></Warning>
    }.erased()
}
