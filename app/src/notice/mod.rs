//! A person's notices: whose turn it is, and the way there (Source: ALL-2).

use axum::Router;
use backend::notice::Notice;
use domain::{
    account::SwitchOrganisation,
    command::Checked,
    identity::NoticeId,
    problem::{Kind, Problem},
};
use leptos::prelude::*;

use crate::{
    account::unknown_command,
    kit::{Fields, Icon, empty, form_post, heading, moment, pager, postback},
    page::{self, AppState, Form, Go, Page, Visit},
};

/// As many as a page of notices holds.
const FULL: usize = 50;

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new().route("/me/notices", page::form(list, act))
}

/// Lists the notices, the newest first.
async fn list(visit: Visit) -> Result<Page, Problem> {
    let before = visit.query("before").and_then(|id| id.parse().ok());
    let notices = backend::notice::list(visit.backend(), &visit.actor, before).await?;
    let unread = backend::notice::unread(visit.backend(), &visit.actor).await?;
    let title = visit.t("通知与待办", "Notices and tasks").to_owned();
    Ok(Page::new(title.clone(), move || {
        let lead = match (unread, visit.lang) {
            (0, lang) => lang.t("没有等待您处理的事。", "Nothing waits for you.").to_owned(),
            (count, domain::lang::Lang::Zh) => format!("{count} 条未读"),
            (count, domain::lang::Lang::En) => format!("{count} unread"),
        };
        let all = (unread > 0).then(|| {
            let fields = Fields::of(&visit, "all");
            form_post(&fields, view! {
                <button class="btn" name="_do" value="all">{visit.t("全部标为已读", "Mark all as read")}</button>
            })
        });
        let content = if notices.is_empty() {
            let lead = visit.t(
                "轮到您处理审批、订单或验收时，会在这里看到。",
                "When a review, an order or an acceptance is your turn, it shows here.",
            );
            empty(Icon::Bell, visit.t("还没有通知", "No notices yet"), lead, ())
        } else {
            entries(&visit, &notices)
        };
        view! { {heading(title, lead, all)}<div class="max-w-3xl">{content}</div> }
    }))
}

fn entries(visit: &Visit, notices: &[Notice]) -> AnyView {
    let next =
        notices.get(FULL - 1).map(|last| visit.with_query(&[("before", &last.id.to_string())]));
    let first = visit.query("before").map(|_| visit.with_query(&[("before", "")]));
    let items = notices.iter().map(|notice| entry(visit, notice));
    view! {
        <ul class="divide-y divide-base-300 panel">{items.collect_view()}</ul>
        {pager(visit, first, next)}
    }
    .into_any()
}

fn entry(visit: &Visit, notice: &Notice) -> AnyView {
    let unread = notice.read_at.is_none();
    let (weight, mark) = if unread {
        (
            "font-medium",
            Some(
                view! { <span class="mt-2 block size-2 rounded-full bg-primary"><span class="sr-only">{visit.t("未读", "Unread")}</span></span> },
            ),
        )
    } else {
        ("text-muted", None)
    };
    let text = notice.text.get(visit.lang).to_owned();
    let open = postback(
        &visit.here(),
        "m-0",
        view! {
            <input type="hidden" name="notice" value=notice.id.to_string()/>
            <button name="_do" value="open" class="flex w-full cursor-pointer items-start gap-3 px-4 py-3 text-left hover:bg-base-200">
                <span class="w-2 shrink-0">{mark}</span>
                <span class="min-w-0 flex-1"><span class=format!("block break-words {weight}")>{text}</span>
                    <span class="text-sm text-muted">{moment(visit, notice.created_at)}</span></span>
            </button>
        },
    );
    view! { <li>{open}</li> }.into_any()
}

/// Where a notice leads whose organisation the person has left.
fn left() -> Go {
    Go::to("/me/notices").say(
        "您已不是这条通知所属组织的成员，打不开它所指的页面",
        "You have left the organisation this notice is about, and cannot open its page",
    )
}

/// Opens a notice: marks it as read, and goes where it leads, in the organisation it concerns.
async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    match form.command() {
        "all" => {
            backend::notice::mark(backend, actor, None).await?;
            Ok(Go::to("/me/notices").say("全部已读", "All are read"))
        }
        "open" => {
            let id: NoticeId = form.parse("notice")?;
            let notice = backend::notice::open(backend, actor, id).await?;
            let here = actor.membership().ok().map(|membership| membership.organisation);
            if let Some(organisation) = notice.organisation.filter(|other| Some(*other) != here) {
                let command = SwitchOrganisation { organisation: organisation.to_string() };
                let command = Checked::of(backend.posting(actor), &command)?;
                let went = backend::account::switch_organisation(backend, actor, command).await;
                match went {
                    Err(problem) if problem.kind == Kind::Missing => return Ok(left()),
                    other => other?,
                }
            }
            Ok(Go::to(notice.url))
        }
        _ => Err(unknown_command()),
    }
}
