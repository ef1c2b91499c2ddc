//! Members, their roles, and the invitations under way (Source: ORG-2, ORG-4).

use backend::organisation::{Invitation, Member};
use domain::{
    identity::AccountId,
    organisation::{InvitationState, Role},
    problem::{FieldCheck, Problem},
};
use leptos::prelude::*;

use super::InviteForm;
use crate::{
    account::unknown_command,
    call::Standing,
    handed::hand,
    kit::{
        Fields, Icon, Tone, badge, card, confirm_button, form_post, heading, icon, moment, pager,
        search, table,
    },
    page::{Form, Go, Page, Visit},
};

/// As many as a page of members holds.
const FULL: usize = 50;

/// A page of invitations.
type Invitations = backend::page::Page<Invitation>;

struct Content {
    members: Vec<Member>,
    invitations: Option<Invitations>,
    admin: bool,
    me: AccountId,
}

/// Lists members and, for admins, invitations.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    let after = visit.query("after").and_then(|id| id.parse().ok());
    let words = visit.query("q").unwrap_or("").to_owned();
    let members = backend::organisation::members(backend, actor, &words, after).await?;
    let admin = actor.membership()?.role == Role::Admin;
    let invitations = if admin {
        let cursor = visit.query("invitations").unwrap_or("");
        Some(backend::organisation::invitations(backend, actor, cursor).await?)
    } else {
        None
    };
    let content = Content { members, invitations, admin, me: actor.person()?.account };
    let title = visit.t("成员", "Members").to_owned();
    Ok(Page::new(title.clone(), move || {
        let action = content.admin.then(|| view! {
            <a class="btn btn-primary" href="#invite">{icon(Icon::Plus)}{visit.t("邀请成员", "Invite")}</a>
        });
        let lead = if content.admin {
            visit.t(
                "邀请链接 7 天内有效，每个链接只能由一个人使用一次。",
                "An invitation link holds for 7 days and lets one person join once.",
            )
        } else {
            visit.t(
                "邀请成员和更改身份由平台管理员进行。",
                "Platform admins invite people and change roles.",
            )
        };
        view! {
            {heading(title, lead, action)}
            {search(&visit, visit.t("按名称查找", "Search by name"), ())}
            {member_table(&visit, &content)}
            {content.admin.then(|| invite(&visit))}
            {content.invitations.as_ref().map(|invitations| invitation_list(&visit, invitations))}
        }
    }))
}

fn member_table(visit: &Visit, content: &Content) -> AnyView {
    if content.members.is_empty() {
        return view! { <p class="mb-6 text-muted">{visit.t("没有找到这样的成员。", "No member found.")}</p> }.into_any();
    }
    let mut columns = vec![visit.t("姓名", "Name")];
    if content.admin {
        columns.push(visit.t("账号", "Account"));
    }
    columns.extend([visit.t("身份", "Role"), visit.t("加入时间", "Joined")]);
    if content.admin {
        columns.push("");
    }
    let rows = content.members.iter().map(|member| row(visit, content, member)).collect();
    let next = content
        .members
        .get(FULL - 1)
        .map(|last| visit.with_query(&[("after", &last.account.to_string())]));
    let first = visit.query("after").map(|_| visit.with_query(&[("after", "")]));
    view! {
        {table(visit.t("成员", "Members"), columns.into_iter().map(str::to_owned).collect(), rows)}
        {pager(visit, first, next)}
    }
    .into_any()
}

/// Admins stand out, so that others see whom to ask.
fn role_badge(visit: &Visit, role: Role) -> AnyView {
    let tone = match role {
        Role::Admin => Tone::Info,
        Role::Developer => Tone::Good,
        Role::Member => Tone::Quiet,
    };
    badge(tone, role.label().get(visit.lang).to_owned())
}

fn row(visit: &Visit, content: &Content, member: &Member) -> Vec<AnyView> {
    let me = (member.account == content.me)
        .then(|| view! { <span class="text-sm text-muted">{visit.t("（您）", " (you)")}</span> });
    let mut cells =
        vec![view! { <span class="font-medium">{member.name.clone()}</span>{me} }.into_any()];
    if content.admin {
        cells.push(view! { <span class="break-all">{member.login.clone()}</span> }.into_any());
    }
    cells.push(role_badge(visit, member.role));
    cells.push(moment(visit, member.joined_at));
    if content.admin {
        cells.push(change(visit, member));
    }
    cells
}

/// Folds out what an admin can do with a member.
fn change(visit: &Visit, member: &Member) -> AnyView {
    let id = member.account.to_string();
    let fields = Fields::of(visit, &format!("member-{id}"));
    let roles = Role::ALL.iter().map(|role| {
        let code = role.code();
        view! { <option value=code selected=*role == member.role>{role.label().get(visit.lang).to_owned()}</option> }
    });
    let select = format!("role-{id}");
    let form = form_post(
        &fields,
        view! {
            <input type="hidden" name="member" value=id/>
            <label class="mb-1 block text-sm font-medium" for=select.clone()>{visit.t("身份", "Role")}</label>
            <select id=select name="role" class="select select-sm mb-3 w-full">{roles.collect_view()}</select>
            <button class="btn btn-primary btn-sm" name="_do" value="role">{visit.t("更改身份", "Change role")}</button>
            <div class="mt-3 max-w-60 border-t border-base-300 pt-3 whitespace-normal">{remove(visit, member)}</div>
        },
    );
    let who = format!("{} {}", visit.t("管理", "Manage"), member.name);
    view! {
        <details open=fields.posted().is_some()>
            <summary class="btn btn-sm whitespace-nowrap" aria-label=who>{icon(Icon::Settings)}{visit.t("管理", "Manage")}</summary>
            <div class="mt-2 rounded-box border border-base-300 p-3 text-start">{form}</div>
        </details>
    }
    .into_any()
}

/// Removing wants a second press: nobody comes back without a new invitation.
fn remove(visit: &Visit, member: &Member) -> AnyView {
    let name = &member.name;
    let question = visit
        .t(
            &format!("移出后，{name} 在本组织的权限立即结束；要回来需要新的邀请。"),
            &format!("Everything {name} may do here ends at once; to come back they need a new invitation."),
        )
        .to_owned();
    let label = visit.t(&format!("确认移出 {name}"), &format!("Remove {name}")).to_owned();
    let confirm = view! { <button class="btn btn-error btn-soft btn-sm" name="_do" value="remove">{label}</button> };
    confirm_button(visit.t("移出组织…", "Remove…"), question, confirm.into_any())
}

fn invite(visit: &Visit) -> AnyView {
    let form = view! { {hand(Standing::of(visit))}<InviteForm/> };
    view! { <div id="invite" class="mt-8 max-w-2xl">{card(visit.t("邀请成员", "Invite somebody"), form)}</div> }.into_any()
}

fn invitation_list(visit: &Visit, invitations: &Invitations) -> Option<AnyView> {
    if invitations.items.is_empty() {
        return None;
    }
    let columns = [
        visit.t("邀请谁", "For"),
        visit.t("身份", "Role"),
        visit.t("邀请人", "By"),
        visit.t("状态", "State"),
        "",
    ];
    let rows = invitations.items.iter().map(|one| invitation_row(visit, one)).collect();
    let next = invitations.next.as_deref().map(|next| visit.with_query(&[("invitations", next)]));
    let first = visit.query("invitations").map(|_| visit.with_query(&[("invitations", "")]));
    let title = visit.t("邀请", "Invitations");
    Some(
        view! {
            <h2 class="mb-3 text-base font-semibold">{title}</h2>
            {table(title, columns.map(str::to_owned).to_vec(), rows)}
            {pager(visit, first, next)}
        }
        .into_any(),
    )
}

fn invitation_row(visit: &Visit, one: &Invitation) -> Vec<AnyView> {
    let state = match one.state {
        InvitationState::Open { until } => view! {
            {badge(Tone::Warn, visit.t("等待接受", "Waiting"))}
            <span class="ml-2 text-sm text-muted">{visit.t("有效至 ", "until ")}{visit.zone.exact(until)}</span>
        }
        .into_any(),
        InvitationState::Used { at, .. } => view! {
            {badge(Tone::Good, visit.t("已加入", "Joined"))}
            <span class="ml-2 text-sm text-muted">{one.joined.clone()}" "{moment(visit, at)}</span>
        }
        .into_any(),
        InvitationState::Revoked { .. } => badge(Tone::Quiet, visit.t("已撤回", "Withdrawn")),
        InvitationState::Expired { .. } => badge(Tone::Quiet, visit.t("已过期", "Expired")),
    };
    let id = one.id.to_string();
    let open = matches!(one.state, InvitationState::Open { .. });
    let revoke = open.then(|| {
        let fields = Fields::of(visit, &format!("revoke-{id}"));
        form_post(&fields, view! {
            <input type="hidden" name="invitation" value=id/>
            <button class="btn btn-sm" name="_do" value="revoke">{visit.t("撤回", "Withdraw")}</button>
        })
    });
    vec![
        one.invitee.clone().into_any(),
        role_badge(visit, one.role),
        one.inviter.clone().into_any(),
        state,
        revoke.into_any(),
    ]
}

/// Invites, changes a role, removes a member, or takes an invitation back.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    let back = || Go::to(visit.here());
    match form.command() {
        "role" => {
            let mut check = FieldCheck::new();
            let role = check.take("role", domain::organisation::role(form.text("role")));
            let role = check.conclude(role)?;
            backend::organisation::change_role(backend, actor, form.parse("member")?, role).await?;
            Ok(back().say("身份已更改", "The role is changed"))
        }
        "remove" => {
            backend::organisation::remove_member(backend, actor, form.parse("member")?).await?;
            Ok(back().say("已移出组织", "Removed from the organisation"))
        }
        "revoke" => {
            let id = form.parse("invitation")?;
            backend::organisation::revoke_invitation(backend, actor, id).await?;
            Ok(back().say("邀请已撤回", "The invitation is withdrawn"))
        }
        _ => Err(unknown_command()),
    }
}
