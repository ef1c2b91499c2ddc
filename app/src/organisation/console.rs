//! The operators' start page: what waits for them, and by when (Source: ORG-3, ALL-2, PRJ-3).

use backend::{
    job::{self, JobState},
    page::Page as Listed,
    programme, project,
};
use domain::{lang::Lang, problem::Problem, time::Timestamp};
use leptos::prelude::*;

use crate::{
    kit::{
        Icon, Tone, badge, card,
        chart::{self, Part},
        heading, icon, moment,
    },
    page::{Page, Visit},
};

/// How many days ahead the chart of due reviews shows.
const DAYS: i64 = 7;

/// What waits: how many, whether there are more than were counted, and since or until when.
struct Waiting {
    count: usize,
    more: bool,
    first: Option<Timestamp>,
}

impl Waiting {
    fn of<T>(page: &Listed<T>, first: impl Fn(&T) -> Timestamp) -> Self {
        Self {
            count: page.items.len(),
            more: page.next.is_some(),
            first: page.items.first().map(first),
        }
    }

    /// `3` or, where there are more than a page, `50+`.
    fn number(&self) -> String {
        format!("{}{}", self.count, if self.more { "+" } else { "" })
    }
}

/// Shows the console's parts and what waits in them.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    let reviews = project::review_queue(backend, actor, &project::Filter::default()).await?;
    let dates: Vec<Timestamp> = reviews.items.iter().map(|project| project.due_at).collect();
    let reviews = Waiting::of(&reviews, |project| project.due_at);
    let applications = programme::queue(backend, actor, "waiting", None).await?;
    let applications = Waiting::of(&applications, |application| application.submitted_at);
    let stopped = job::list(backend, actor, Some(JobState::Failed)).await?.len();
    let title = visit.t("平台运营", "Operations").to_owned();
    Ok(Page::new(title.clone(), move || {
        let (lead, next) = next_step(&visit, &reviews, &applications);
        view! {
            {heading(title, lead, next)}
            <div class="mb-6 grid gap-4 sm:grid-cols-3">
                {tile(&visit, "/operations/reviews", visit.t("待审批的立项", "Projects to review"), &reviews.number(), reviews.count > 0, due(&visit, &reviews))}
                {tile(&visit, "/operations/programme", visit.t("待处理的分发权限申请", "Provider applications to decide"), &applications.number(), applications.count > 0, since(&visit, &applications))}
                {tile(&visit, "/operations/jobs", visit.t("停下来的后台任务", "Background jobs that stopped"), &stopped.to_string(), stopped > 0, ().into_any())}
            </div>
            {due_days(&visit, &dates)}
            <div class="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">{parts(&visit)}</div>
        }
    }))
}

/// By when the waiting projects are due: what is late, then day by day.
fn due_days(visit: &Visit, due: &[Timestamp]) -> Option<AnyView> {
    if due.is_empty() {
        return None;
    }
    let part = |tone, fits: &dyn Fn(Timestamp) -> bool| Part {
        tone,
        label: visit.t("待审批", "To review").to_owned(),
        count: i64::try_from(due.iter().filter(|at| fits(**at)).count()).unwrap_or(i64::MAX),
    };
    let late = part(Tone::Bad, &|at| at < visit.now);
    let mut days = vec![(visit.t("已超期", "Overdue").to_owned(), vec![late])];
    days.extend((0..DAYS).map(|ahead| {
        let day = visit.zone.date(Timestamp(visit.now.0 + ahead * Timestamp::DAY));
        let tone = if ahead == 0 { Tone::Warn } else { Tone::Info };
        let on = part(tone, &|at| at >= visit.now && visit.zone.date(at) == day);
        (day.to_string().split_off(5), vec![on])
    }));
    let label = visit.t("立项审批的期限", "When reviews are due");
    Some(card(label, chart::days(label, &days)))
}

/// What to do first, and the button that leads there.
fn next_step(visit: &Visit, reviews: &Waiting, applications: &Waiting) -> (String, AnyView) {
    let button = |href: &'static str, label: &'static str| {
        view! { <a class="btn btn-primary" href=href>{label}{icon(Icon::ChevronRight)}</a> }
            .into_any()
    };
    let number = |waiting: &Waiting, zh: &str, noun: &str| match visit.lang {
        Lang::Zh => format!("{} {zh}", waiting.number()),
        Lang::En if waiting.count == 1 => format!("1 {noun} waits for you."),
        Lang::En => format!("{} {noun}s wait for you.", waiting.number()),
    };
    if reviews.count > 0 {
        let lead = number(reviews, "个立项等待审批。", "project");
        (lead, button("/operations/reviews", visit.t("去审批", "Review")))
    } else if applications.count > 0 {
        let lead = number(applications, "个分发权限申请等待处理。", "provider application");
        (lead, button("/operations/programme", visit.t("去处理", "Decide")))
    } else {
        let create = view! {
            <a class="btn" href="/operations/organisations/new">{icon(Icon::Plus)}{visit.t("新建组织", "New organisation")}</a>
        };
        (visit.t("没有等待您处理的事。", "Nothing waits for you.").to_owned(), create.into_any())
    }
}

/// By when the first of them is due.
fn due(visit: &Visit, waiting: &Waiting) -> AnyView {
    waiting.first.map_or_else(
        || ().into_any(),
        |at| {
            let late = (at < visit.now).then(|| badge(Tone::Bad, visit.t("已超期", "Overdue")));
            view! { {visit.t("最早截止：", "First due ")}{moment(visit, at)}" "{late} }.into_any()
        },
    )
}

/// Since when the first of them waits.
fn since(visit: &Visit, waiting: &Waiting) -> AnyView {
    waiting.first.map_or_else(
        || ().into_any(),
        |at| view! { {visit.t("最早提交：", "First sent ")}{moment(visit, at)} }.into_any(),
    )
}

fn tile(
    visit: &Visit,
    href: &'static str,
    label: &'static str,
    number: &str,
    open: bool,
    more: AnyView,
) -> AnyView {
    let weight = if open { "text-primary" } else { "text-muted" };
    let more = if open { more } else { visit.t("没有", "None").into_any() };
    view! {
        <a href=href class="panel panel-link block p-4">
            <span class=format!("block text-3xl font-semibold tabular-nums {weight}")>{number.to_owned()}</span>
            <span class="mt-1 block font-medium">{label}</span>
            <span class="block text-sm text-muted">{more}</span>
        </a>
    }
    .into_any()
}

fn parts(visit: &Visit) -> AnyView {
    [
        ("/operations/organisations", Icon::Building, visit.t("组织与版本", "Organisations"), visit.t("新建组织，更改版本", "New organisations, editions")),
        ("/operations/apps", Icon::Star, visit.t("精品应用", "Premium apps"), visit.t("精品应用不能分发", "Premium apps cannot be distributed")),
        ("/operations/agreement", Icon::File, visit.t("分发协议", "Agreement"), visit.t("服务商发送应用前须同意的文本", "The text providers accept before they send")),
        ("/operations/calendar", Icon::Calendar, visit.t("工作日历", "Calendar"), visit.t("节假日与调休，决定审批期限", "Holidays and worked weekends, which decide due dates")),
        ("/operations/audit", Icon::Shield, visit.t("审计记录", "Audit trail"), visit.t("谁在何时做了什么", "Who did what, and when")),
        ("/me/notices", Icon::Bell, visit.t("通知", "Notices"), visit.t("轮到您时会在那里看到", "They tell you when it is your turn")),
    ]
    .map(|(href, mark, name, says)| view! {
        <a href=href class="panel panel-link flex gap-3 p-4">
            <span class="mt-0.5 text-primary">{icon(mark)}</span>
            <span><span class="block font-medium">{name}</span><span class="block text-sm text-muted">{says}</span></span>
        </a>
    })
    .into_iter()
    .collect_view()
    .into_any()
}
