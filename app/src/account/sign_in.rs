//! The sign-in page; with the demo loaded it offers the demo's accounts.

use domain::problem::Problem;
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{SignInForm, api::SignIn, fields::Dropped, form::SigningIn, session::next};
use crate::{
    call::{Standing, fresh, visit},
    handed::hand,
    kit::Card,
    page::Visit,
    shell::{Public, Refused},
};

/// What the page shows.
struct Found {
    /// Whether nobody has an account yet.
    empty: bool,
    /// The demo's accounts.
    demo: Vec<backend::account::DemoAccount>,
}

async fn load(visit: &Visit) -> Result<Found, Problem> {
    let demo = if visit.state.demo {
        backend::account::demo_accounts(visit.backend()).await?
    } else {
        Vec::new()
    };
    Ok(Found { empty: backend::account::is_empty(visit.backend()).await?, demo })
}

/// Shows the form; on an empty installation leads to the first steps.
#[component]
pub fn SignInPage() -> impl IntoView {
    let content = Suspend::new(async move {
        let visit = visit();
        match load(&visit).await {
            Ok(found) if found.empty => welcome(&visit).into_any(),
            Ok(found) => form(&visit, found).into_any(),
            Err(problem) => {
                let title = problem.sentence(visit.lang).to_owned();
                view! { <Public title islands=&[]><Refused problem/></Public> }.into_any()
            }
        }
    });
    view! { <Suspense>{content}</Suspense> }
}

fn form(visit: &Visit, found: Found) -> impl IntoView + use<> {
    let title = visit.t("登录", "Sign in").to_owned();
    let after = next(visit.query("next").unwrap_or("/")).to_owned();
    // Who comes from a link is told why, and that nothing happens by signing in.
    let lead = if after.starts_with("/l/") {
        visit.t(
            "登录后继续购买；确认之前不会购买任何东西。",
            "You go on with the purchase after signing in; nothing is bought before you confirm.",
        )
    } else {
        visit.t("使用您的账号进入工作台。", "Use your account to open the workbench.")
    };
    let (lead, login) = (lead.to_owned(), visit.query("login").unwrap_or("").to_owned());
    let (site, dropped) = (visit.origin.clone(), visit.dropped);
    let help = visit
        .t(
            "还没有账号？请组织的平台管理员给您发送邀请链接。",
            "No account yet? Ask a platform admin of your organisation for an invitation.",
        )
        .to_owned();
    let demo = demo(visit, found.demo, &after);
    let handing = hand(SigningIn { at: Standing::of(visit), next: after, login });
    view! {
        <Public title=title.clone() islands=&["sign_in_form"]>
            <h1 class="text-2xl font-semibold tracking-tight">{title}</h1>
            <p class="mt-1 mb-6 text-muted">{lead}</p>
            {dropped.then(|| view! { <Dropped site/> })}
            <Card>
                {handing}<SignInForm/>
                <p class="mt-4 text-sm text-muted">{help}</p>
            </Card>
            {demo}
        </Public>
    }
}

/// The first page of an empty installation: what it is, and the way to its operator.
fn welcome(visit: &Visit) -> impl IntoView + use<> {
    let title = visit.t("欢迎使用分发", "Welcome to Fenfa").to_owned();
    let lead = visit.t(
            "把低代码应用交付到客户的组织里：立项、分发、购买、发送、验收、启用、结项。",
            "Delivers low-code apps into customers' organisations: project, link, purchase, send, acceptance, enabling, closing.",
        ).to_owned();
    let start = visit
        .t(
            "这里还没有任何账号。第一步是创建平台运营账号。",
            "Nobody has an account here yet. The first step is to create the platform operator.",
        )
        .to_owned();
    let content = view! {
        <p class="mb-4">{start}</p>
        <a class="btn btn-primary" href="/setup">{visit.t("创建运营账号", "Create the operator").to_owned()}</a>
        <p class="mt-6 text-sm text-muted">{visit.t("只想看看？停止程序，在空的数据目录上用 ", "Only looking? Stop the program and start it over an empty data folder with ").to_owned()}
            <code>"fenfa serve --demo"</code>{visit.t(" 启动演示。", ", which loads a demo.").to_owned()}</p>
    };
    view! {
        <Public title=title.clone() islands=&[]>
            <h1 class="mb-2 text-2xl font-semibold">{title}</h1>
            <p class="mb-6 text-muted">{lead}</p>
            <Card>{content}</Card>
        </Public>
    }
}

/// A form for each of the demo's accounts: one press signs in.
fn demo(
    visit: &Visit,
    accounts: Vec<backend::account::DemoAccount>,
    after: &str,
) -> Option<impl IntoView + use<>> {
    if accounts.is_empty() {
        return None;
    }
    let (page, after) = (visit.here(), after.to_owned());
    let (lang, acting) = (visit.lang, visit.acting());
    let buttons = accounts.into_iter().map(move |account| {
        let role = account.role.get(lang).to_owned();
        let posting = fresh(acting);
        let made_in = posting.organisation.map(|id| id.to_string()).unwrap_or_default();
        // Not the form of the kit: of all forms for this function only the one above tells a refusal.
        view! {
            <form method="post" action=page.clone() class="m-0">
                <input type="hidden" name="_fn" value=SignIn::PATH/>
                <input type="hidden" name="_done" value=after.clone()/>
                <input type="hidden" name="posting[key]" value=posting.key.to_string()/>
                <input type="hidden" name="posting[organisation]" value=made_in/>
                <input type="hidden" name="command[login]" value=account.login/>
                <input type="hidden" name="command[password]" value=backend::account::DEMO_PASSWORD/>
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
    Some(view! {
        <Card title>
            <p class="mb-4 text-sm text-muted">{lead}</p>
            <div class="grid gap-2 sm:grid-cols-2">{buttons.collect_view()}</div>
        </Card>
    })
}
