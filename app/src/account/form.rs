//! The forms of an account that come alive in the browser.

use domain::identity::OrganisationId;
use leptos::prelude::*;

use super::{
    api::{ChangePassword, SignIn},
    fields::SignInFields,
};
use crate::{
    call::{Echo, Sends as _, fresh},
    kit::{
        form::{CommandForm, Input, Submit},
        t,
    },
};

/// Signs in, and goes on to `next`.
#[island(lazy)]
pub fn SignInForm(
    page: String,
    next: String,
    login: String,
    acting: Option<OrganisationId>,
    echo: Option<Echo>,
) -> impl IntoView {
    provide_echo(echo);
    let to = SignIn::target();
    view! {
        <CommandForm to posting=fresh(acting) page done=next>
            <SignInFields login/>
            <Submit label=t("登录", "Sign in") class="btn-primary w-full"/>
        </CommandForm>
    }
}

/// Changes one's own password.
#[island(lazy)]
pub fn PasswordForm(
    page: String,
    acting: Option<OrganisationId>,
    echo: Option<Echo>,
) -> impl IntoView {
    provide_echo(echo);
    let to = ChangePassword::target();
    view! {
        <CommandForm to posting=fresh(acting) page done="/me/preferences">
            <Input name="current" label=t("当前密码", "Current password") kind="password" required=true autocomplete="current-password"/>
            <Input name="new" label=t("新密码", "New password") kind="password" required=true autocomplete="new-password"
                hint=t("至少 10 个字符；修改后其他设备上的登录全部结束", "At least 10 characters; all your other sessions end")/>
            <Submit label=t("修改密码", "Change password")/>
        </CommandForm>
    }
}

/// Gives the form of an island what was posted to it and refused.
pub fn provide_echo(echo: Option<Echo>) {
    if let Some(echo) = echo {
        provide_context(echo);
    }
}
