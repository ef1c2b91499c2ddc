//! 《服务商分发协议》: operators read the present version, write the next, look at older ones
//! (Source: ORD-2).

use axum::Router;
use backend::agreement::Agreement;
use domain::{agreement::AgreementForm, lang::Lang, problem::Problem};
use leptos::prelude::*;

use crate::{
    kit::{Field, Fields, card, form_post, heading, moment, stored_now},
    page::{self, AppState, Form, Go, Page, Visit, decode},
};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new().route("/operations/agreement", page::form(show, act))
}

async fn show(visit: Visit) -> Result<Page, Problem> {
    visit.actor.may(domain::authority::UseCase::AgreementChange)?;
    let versions = backend::agreement::versions(visit.backend(), &visit.actor).await?;
    let title = visit.t("分发协议", "Distribution agreement").to_owned();
    Ok(Page::new(title.clone(), move || {
        let current = versions.first().cloned();
        let lead = visit.t("服务商每次发送应用都要勾选同意当前版本；保存后成为新版本，已有的发送仍记录当时的版本。", "Providers tick the present version at each send. Saving makes a new version; past sends keep the version they were ticked under.").to_owned();
        let older = versions.iter().skip(1).map(|one| old(&visit, one)).collect_view();
        let older =
            (versions.len() > 1).then(|| card(visit.t("以前的版本", "Older versions"), older));
        view! {
            {heading(title, lead, ())}
            <div class="max-w-4xl">{current.map(|current| editor(&visit, &current))}{older}</div>
        }
    }))
}

fn about(visit: &Visit, agreement: &Agreement) -> AnyView {
    let number = match visit.lang {
        Lang::Zh => format!("第 {} 版", agreement.version),
        Lang::En => format!("Version {}", agreement.version),
    };
    let author = agreement.author.clone().map(|name| format!(" · {name}"));
    let at = agreement.created_at.map(|at| view! { " · "{moment(visit, at)} });
    view! { <span>{number}{author}{at}</span> }.into_any()
}

fn editor(visit: &Visit, current: &Agreement) -> AnyView {
    let fields = Fields::of(visit, "agreement");
    let theirs = stored_now(
        visit,
        &fields,
        &[
            ("text_zh", visit.t("中文文本", "Chinese text"), &current.text.zh),
            ("text_en", visit.t("英文文本", "English text"), &current.text.en),
        ],
    );
    card(
        "",
        form_post(
            &fields,
            view! {
                <p class="mb-4 text-sm text-muted">{visit.t("当前：", "Now: ").to_owned()}{about(visit, current)}</p>
                {theirs}
                <input type="hidden" name="based_on" value=fields.started("based_on", current.version.to_string())/>
                {Field::area("text_zh", 14).label(visit.t("中文文本", "Chinese text")).value(current.text.zh.to_string()).required().view(&fields)}
                {Field::area("text_en", 14).label(visit.t("英文文本", "English text")).value(current.text.en.to_string()).required().view(&fields)}
                {Field::submit("agreement", visit.t("保存为新版本", "Save as a new version"))}
            },
        ),
    )
}

fn old(visit: &Visit, agreement: &Agreement) -> AnyView {
    view! {
        <details class="border-b border-base-300 py-2 last:border-b-0">
            <summary class="link">{about(visit, agreement)}</summary>
            <div class="mt-2 text-sm whitespace-pre-wrap break-words">{agreement.text.get(visit.lang).to_owned()}</div>
        </details>
    }
    .into_any()
}

async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let typed: AgreementForm = decode(&form)?;
    let version = backend::agreement::change(visit.backend(), &visit.actor, &typed).await?;
    let go = Go::to("/operations/agreement");
    if version == typed.based_on {
        return Ok(go.say(
            format!("内容没有变化，仍是第 {version} 版"),
            format!("Nothing changed; version {version} stays"),
        ));
    }
    Ok(go.say(format!("已发布第 {version} 版"), format!("Version {version} is published")))
}
