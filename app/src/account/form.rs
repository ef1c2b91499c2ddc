//! The forms of an account that come alive in the browser.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    api::{ChangePassword, SignIn},
    fields::SignInFields,
};
use crate::{
    call::{Sends as _, Standing},
    handed::handed,
    kit::{
        form::{CommandForm, Input, Submit},
        t,
    },
};

/// What the page hands to the form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SigningIn {
    /// Where it stands.
    pub at: Standing,
    /// Where people go on.
    pub next: String,
    /// Whose login stands in it at first.
    pub login: String,
}

/// Signs in.
#[island(lazy)]
pub fn SignInForm() -> impl IntoView {
    let to = SignIn::target();
    let SigningIn { at, next, login } = handed();
    let (page, posting) = at.begin();
    view! {
        <CommandForm to posting page done=next>
            <SignInFields login/>
            <Submit label=t("登录", "Sign in") class="btn-primary w-full"/>
        </CommandForm>
    }
}

/// Changes one's own password.
#[island(lazy)]
pub fn PasswordForm() -> impl IntoView {
    let to = ChangePassword::target();
    let (page, posting) = handed::<Standing>().begin();
    view! {
        <CommandForm to posting page done="/me/preferences">
            <Input name="current" label=t("当前密码", "Current password") kind="password" required=true autocomplete="current-password"/>
            <Input name="new" label=t("新密码", "New password") kind="password" required=true autocomplete="new-password"
                hint=t("至少 10 个字符；修改后其他设备上的登录全部结束", "At least 10 characters; all your other sessions end")/>
            <Submit label=t("修改密码", "Change password")/>
        </CommandForm>
    }
}
