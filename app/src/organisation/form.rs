//! The form that invites somebody; its link is shown once, on a page of its own.

use domain::organisation::Role;
use leptos::prelude::*;

use super::api::Invite;
use crate::{
    call::{Sends as _, Standing},
    handed::handed,
    kit::{
        form::{Choices, CommandForm, Input, Submit},
        t, text,
    },
};

/// Invites somebody (Source: ORG-4).
#[island(lazy)]
pub fn InviteForm() -> impl IntoView {
    let to = Invite::target();
    let (page, posting) = handed::<Standing>().begin();
    let roles = Role::ALL
        .iter()
        .map(|role| (role.code().to_owned(), text(&role.label()), says(*role).to_owned()));
    view! {
        <CommandForm to posting page done=super::INVITED>
            <Input name="invitee" label=t("邀请谁", "Whom do you invite") required=true autocomplete="off"
                hint=t("姓名，只用来辨认这条邀请", "A name, to tell the invitations apart")/>
            <Choices name="role" label=t("身份", "Role") options=roles.collect() value="member"/>
            <Submit label=t("生成邀请链接", "Make the link")/>
        </CommandForm>
    }
}

/// What a role is for.
fn says(role: Role) -> &'static str {
    match role {
        Role::Member => t("使用已启用的应用", "Uses enabled apps"),
        Role::Developer => t(
            "制作应用，进入客户的应用做开发维护",
            "Builds apps, and enters customers' apps for maintenance",
        ),
        Role::Admin => t(
            "管理组织：成员、应用、购买、立项与发送",
            "Runs the organisation: people, apps, purchases, projects and sends",
        ),
    }
}
