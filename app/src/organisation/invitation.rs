//! An invitation: shown once to whoever made it, and opened by whom it is for (Source: ORG-4).

use backend::organisation::Offer;
use domain::{authority::UseCase, problem::Problem};
use leptos::prelude::*;

use crate::{
    account::{account_fields, unknown_command},
    kit::{Field, Fields, Icon, card, copyable, facts, form_post, heading, icon, postback, qr},
    page::{Form, Go, Layout, Page, Visit, decode, encode},
};

/// The link just made, to pass on: it cannot be shown again later, not even by a reload.
pub async fn invited(visit: Visit) -> Result<Page, Problem> {
    visit.actor.may(UseCase::InvitationCreate)?;
    let Some(token) = visit.handed.clone() else { return Ok(shown_before(visit)) };
    let offer = backend::organisation::offer(visit.backend(), &visit.actor, &token).await?;
    let title = visit.t("邀请链接已生成", "The invitation link is ready").to_owned();
    Ok(Page::new(title.clone(), move || {
        let more = view! { <a class="btn" href="/manage/members#invite">{visit.t("再邀请一位", "Invite another")}</a> };
        view! {
            {heading(title, visit.t("把链接发给对方，由对方打开并加入。", "Send it to the person, who opens it and joins."), more)}
            <div class="max-w-3xl">{link_card(&visit, &offer, &token)}</div>
        }
    }))
}

fn shown_before(visit: Visit) -> Page {
    let title = visit.t("邀请链接已经显示过", "The invitation link was shown").to_owned();
    Page::new(title.clone(), move || {
        let lead = visit.t(
            "出于安全，链接只显示一次。没有复制下来的话，请在成员页撤回那条邀请，然后重新邀请。",
            "For safety a link is shown only once. If you did not copy it, withdraw that invitation on the members page and invite again.",
        );
        let again = view! { <a class="btn btn-primary" href="/manage/members#invite">{visit.t("重新邀请", "Invite again")}</a> };
        heading(title, lead, again)
    })
}

/// The link with its QR code, for whom it is and until when.
pub fn link_card(visit: &Visit, offer: &Offer, token: &str) -> AnyView {
    let url = format!("{}/invitation/{token}", visit.origin);
    let code = qr(visit.t("邀请链接的二维码", "QR code of the invitation link"), &url);
    let rows = vec![
        (visit.t("邀请谁", "For").to_owned(), offer.invitee.clone().into_any()),
        (
            visit.t("身份", "Role").to_owned(),
            offer.role.label().get(visit.lang).to_owned().into_any(),
        ),
        (visit.t("有效至", "Until").to_owned(), visit.zone.exact(offer.until).into_any()),
    ];
    let once = visit.t(
        "出于安全，链接只在这里显示一次；丢失了请撤回并重新邀请。",
        "For safety it is shown here only once; if it gets lost, withdraw it and invite again.",
    );
    let content = view! {
        <div class="flex flex-col gap-6 sm:flex-row">
            {code}
            <div class="min-w-0 flex-1">
                {copyable(visit, visit.t("邀请链接", "Invitation link"), url)}
                <p class="mt-2 mb-4 text-sm text-muted">{once}</p>
                {facts(rows)}
            </div>
        </div>
    };
    card(visit.t("邀请链接", "Invitation link"), content)
}

/// What the link offers, and the two ways to accept it.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let token: String = visit.param("token")?;
    let offer = backend::organisation::offer(visit.backend(), &visit.actor, &token).await?;
    let title = if visit.lang == domain::lang::Lang::Zh {
        format!("加入「{}」", offer.organisation_name)
    } else {
        format!("Join “{}”", offer.organisation_name)
    };
    Ok(Page::new(title.clone(), move || {
        let rows = vec![
            (visit.t("邀请人", "Invited by").to_owned(), offer.inviter.clone().into_any()),
            (visit.t("邀请谁", "For").to_owned(), offer.invitee.clone().into_any()),
            (
                visit.t("您的身份", "Your role").to_owned(),
                offer.role.label().get(visit.lang).to_owned().into_any(),
            ),
            (visit.t("有效至", "Until").to_owned(), visit.zone.exact(offer.until).into_any()),
        ];
        let accept = match visit.actor.person() {
            Ok(person) => with_account(&visit, &person.name),
            Err(_) => with_new_account(&visit, &offer),
        };
        view! {
            <h1 class="mb-6 text-2xl font-semibold">{title}</h1>
            {card("", facts(rows))}
            {accept}
        }
    })
    .layout(Layout::Public))
}

fn with_account(visit: &Visit, name: &str) -> AnyView {
    let fields = Fields::of(visit, "join");
    let form = form_post(
        &fields,
        view! {
            <p class="mb-4">{visit.t("您已登录：", "You are signed in as ")}<strong>{name.to_owned()}</strong></p>
            {Field::submit("join", visit.t("以此账号加入", "Join with this account"))}
        },
    );
    let other = postback(
        "/sign-out",
        "mt-4",
        view! {
            <button class="btn btn-ghost btn-sm">{visit.t("不是我？退出后重新打开链接", "Not you? Sign out, then open the link again")}</button>
        },
    );
    card("", view! { {form}{other} })
}

fn with_new_account(visit: &Visit, offer: &Offer) -> AnyView {
    let fields = Fields::of(visit, "new");
    let form = form_post(
        &fields,
        view! {
            {account_fields(visit, &fields, &offer.invitee)}
            {Field::submit("new", visit.t("创建账号并加入", "Create the account and join"))}
        },
    );
    let sign_in = format!("/sign-in?next={}", encode(&visit.here()));
    view! {
        <p class="mb-4"><a class="btn w-full sm:w-auto" href=sign_in>{icon(Icon::User)}{visit.t("我已有账号，登录后加入", "I have an account: sign in and join")}</a></p>
        {card(visit.t("第一次使用", "New here"), form)}
    }
    .into_any()
}

/// Joins.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    let token: String = visit.param("token")?;
    let welcome = Go::to("/").say("欢迎加入！", "Welcome!");
    match form.command() {
        "join" => {
            backend::organisation::accept_with_account(backend, actor, &token).await?;
            Ok(welcome)
        }
        "new" => {
            let new = decode(&form)?;
            let session = backend::organisation::accept_with_new_account(
                backend,
                actor,
                &token,
                &new,
                &visit.agent,
            )
            .await?;
            Ok(welcome.cookie(visit.session_cookie(&session.token)))
        }
        _ => Err(unknown_command()),
    }
}
