//! The sign-in page; with the demo loaded it offers the demo's accounts.

use domain::{account::SignIn, command::Checked, problem::Problem};
use leptos::prelude::*;

use super::session::next;
use crate::{
    kit::{Field, Fields, card, form_post},
    page::{Form, Go, Layout, Page, Visit},
};

/// Shows the form; on an empty installation leads to the first steps.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let accounts = if visit.state.demo {
        backend::account::demo_accounts(visit.backend()).await?
    } else {
        Vec::new()
    };
    if backend::account::is_empty(visit.backend()).await? {
        return Ok(welcome(visit));
    }
    let title = visit.t("登录", "Sign in").to_owned();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "sign-in");
        let form = form_post(&fields, view! {
            {Field::text("login").label(visit.t("邮箱或手机号", "E-mail or mobile number")).required()
                .value(visit.query("login").unwrap_or("")).autocomplete("username").input_mode("email").view(&fields)}
            {Field::input("password", "password").label(visit.t("密码", "Password")).required().autocomplete("current-password").view(&fields)}
            <button type="submit" class="btn btn-primary w-full" name="_do" value="sign-in">{visit.t("登录", "Sign in").to_owned()}</button>
            <p class="mt-4 text-sm text-muted">{visit.t("还没有账号？请组织的平台管理员给您发送邀请链接。", "No account yet? Ask a platform admin of your organisation for an invitation.").to_owned()}</p>
        });
        let demo = demo(&visit, accounts);
        // Who comes from a link is told why, and that nothing happens by signing in.
        let buying = visit.query("next").is_some_and(|next| next.starts_with("/l/"));
        let lead = if buying {
            visit.t("登录后继续购买；确认之前不会购买任何东西。", "You go on with the purchase after signing in; nothing is bought before you confirm.")
        } else {
            visit.t("使用您的账号进入工作台。", "Use your account to open the workbench.")
        };
        view! {
            <h1 class="text-2xl font-semibold tracking-tight">{title}</h1>
            <p class="mt-1 mb-6 text-muted">{lead.to_owned()}</p>
            {card("", form)}
            {demo}
        }
    })
    .layout(Layout::Public))
}

/// The first page of an empty installation: what it is, and the way to its operator.
fn welcome(visit: Visit) -> Page {
    let title = visit.t("欢迎使用分发", "Welcome to Fenfa").to_owned();
    Page::new(title.clone(), move || {
        let lead = visit.t(
            "把低代码应用交付到客户的组织里：立项、分发、购买、发送、验收、启用、结项。",
            "Delivers low-code apps into customers' organisations: project, link, purchase, send, acceptance, enabling, closing.",
        );
        let start = visit.t(
            "这里还没有任何账号。第一步是创建平台运营账号。",
            "Nobody has an account here yet. The first step is to create the platform operator.",
        );
        let content = view! {
            <p class="mb-4">{start}</p>
            <a class="btn btn-primary" href="/setup">{visit.t("创建运营账号", "Create the operator")}</a>
            <p class="mt-6 text-sm text-muted">{visit.t("只想看看？停止程序，在空的数据目录上用 ", "Only looking? Stop the program and start it over an empty data folder with ")}
                <code>"fenfa serve --demo"</code>{visit.t(" 启动演示。", ", which loads a demo.")}</p>
        };
        view! {
            <h1 class="mb-2 text-2xl font-semibold">{title}</h1>
            <p class="mb-6 text-muted">{lead}</p>
            {card("", content)}
        }
    })
    .layout(Layout::Public)
}

fn demo(visit: &Visit, accounts: Vec<backend::account::DemoAccount>) -> Option<AnyView> {
    if accounts.is_empty() {
        return None;
    }
    let after = visit.query("next").unwrap_or("").to_owned();
    let buttons = accounts.into_iter().map(|account| {
        let role = account.role.get(visit.lang).to_owned();
        view! {
            <form method="post" action=visit.here() class="m-0">
                <input type="hidden" name="_do" value="sign-in"/>
                <input type="hidden" name="next" value=after.clone()/>
                <input type="hidden" name="login" value=account.login/>
                <input type="hidden" name="password" value=backend::account::DEMO_PASSWORD/>
                <button class="btn h-auto w-full justify-between gap-x-3 gap-y-0 py-2 text-left font-normal sm:flex-col sm:items-start">
                    <span class="font-medium">{account.name}</span><span class="text-sm text-muted">{role}</span>
                </button>
            </form>
        }
    });
    let title = visit.t("演示账号", "Demo accounts").to_owned();
    let lead = visit
        .t(
            "这是演示数据，点一下即可以此人的身份进入。",
            "This is the demo; one press signs you in as that person.",
        )
        .to_owned();
    Some(card(
        title,
        view! { <p class="mb-4 text-sm text-muted">{lead}</p><div class="grid gap-2 sm:grid-cols-2">{buttons.collect_view()}</div> },
    ))
}

/// Signs in.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let command =
        SignIn { login: form.text("login").to_owned(), password: form.text("password").to_owned() };
    let command = Checked::of(visit.backend().posting(&visit.actor), &command)?;
    let session =
        backend::account::sign_in(visit.backend(), &visit.actor, command, &visit.agent).await?;
    let after = visit.query("next").unwrap_or_else(|| form.text("next"));
    Ok(Go::to(next(after)).cookie(visit.session_cookie(&session.token)))
}
