//! 后台任务: what runs in the background, what stopped, and trying it once more (Source: ORD-3).

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::Router;
use backend::job::{JobState, Listed};
use domain::{identity::JobId, problem::Problem};
use leptos::prelude::*;

use crate::{
    islands::Fresh,
    kit::{
        Fields, Icon, Tone, badge, empty, form_post, heading, icon, moment, mono, newest_only,
        table, tabs,
    },
    page::{self, AppState, Form, Go, Page, Told, Visit},
};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/operations/jobs", page::form(show, act))
        .route("/events/jobs", page::raw(|visit| page::events(visit, told)))
}

/// Differs as soon as a list of jobs reads differently.
fn mark(jobs: &[Listed]) -> String {
    let mut hasher = DefaultHasher::new();
    for job in jobs {
        (job.id.0, job.state.code(), job.running, job.attempts, &job.reason).hash(&mut hasher);
    }
    format!("{:x}", hasher.finish())
}

/// The mark of the list as it is now.
async fn told(visit: Visit) -> Result<Told, Problem> {
    let state = visit.query("state").and_then(JobState::parse);
    let jobs = backend::job::list(visit.backend(), &visit.actor, state).await?;
    Ok(Told { data: mark(&jobs), last: false })
}

async fn show(visit: Visit) -> Result<Page, Problem> {
    let state = visit.query("state").and_then(JobState::parse);
    let jobs = backend::job::list(visit.backend(), &visit.actor, state).await?;
    let title = visit.t("后台任务", "Background jobs").to_owned();
    let moving = jobs.iter().any(|job| job.state == JobState::Waiting);
    let page = Page::new(title.clone(), move || {
        let lead = visit.t("发送应用在后台进行；反复失败的任务会停在这里，等待处理后重试。", "Sends run in the background; a job that keeps failing stops here until somebody tries it again.").to_owned();
        let mut entries = vec![(
            visit.with_query(&[("state", "")]),
            visit.t("全部", "All").to_owned(),
            state.is_none(),
        )];
        entries.extend(JobState::ALL.iter().map(|one| {
            (
                visit.with_query(&[("state", one.code())]),
                one.label().get(visit.lang).to_owned(),
                state == Some(*one),
            )
        }));
        let content = if jobs.is_empty() {
            empty(
                Icon::Refresh,
                visit.t("没有任务", "No jobs"),
                visit.t(
                    "服务商发送应用时，任务会出现在这里。",
                    "Jobs appear here when a provider sends an app.",
                ),
                (),
            )
        } else {
            view! { {list(&visit, &jobs)}{newest_only(&visit, jobs.len())} }.into_any()
        };
        let url = format!("/events/jobs?state={}", state.map(JobState::code).unwrap_or_default());
        view! {
            {heading(title, lead, ())}
            {tabs(visit.t("状态", "State"), entries)}
            {content}
            <Fresh url=url mark=mark(&jobs)/>
        }
    });
    Ok(page.islands(&["fresh"]).refresh(Some(if moving { 2 } else { 30 })))
}

fn list(visit: &Visit, jobs: &[Listed]) -> AnyView {
    let columns = [
        visit.t("任务", "Job"),
        visit.t("状态", "State"),
        visit.t("从 → 到", "From → to"),
        visit.t("失败次数", "Failures"),
        visit.t("加入时间", "Added"),
        "",
    ];
    let rows = jobs.iter().map(|job| row(visit, job)).collect();
    table(visit.t("后台任务", "Background jobs"), columns.map(str::to_owned).to_vec(), rows)
}

fn row(visit: &Visit, job: &Listed) -> Vec<AnyView> {
    let (tone, state) = match (job.state, job.running) {
        (JobState::Waiting, true) => (Tone::Info, visit.t("进行中", "Running")),
        (JobState::Waiting, false) => (Tone::Quiet, visit.t("等待", "Waiting")),
        (JobState::Done, _) => (Tone::Good, visit.t("已完成", "Done")),
        (JobState::Failed, _) => (Tone::Bad, visit.t("失败", "Failed")),
    };
    let reason = (!job.reason.is_empty()).then(|| view! { <span class="mt-1 block max-w-md text-xs text-muted break-words">{job.reason.clone()}</span> });
    let parties = job.parties.clone().map(|(from, to)| format!("{from} → {to}"));
    let act = (job.state == JobState::Failed).then(|| {
        let fields = Fields::of(visit, "retry");
        form_post(&fields, view! {
            <input type="hidden" name="job" value=job.id.to_string()/>
            <button class="btn btn-sm" name="_do" value="retry">{icon(Icon::Refresh)}{visit.t("重试", "Retry").to_owned()}</button>
        })
    });
    let number = job.number.clone().map_or_else(|| kind(visit, &job.kind), mono);
    let order = job
        .order_number
        .clone()
        .map(|number| view! { <span class="block text-xs text-muted font-mono">{number}</span> });
    vec![
        view! { <span>{number}{order}</span> }.into_any(),
        view! { <span>{badge(tone, state.to_owned())}{reason}</span> }.into_any(),
        view! { {parties} }.into_any(),
        view! { {job.attempts} }.into_any(),
        moment(visit, job.created_at),
        view! { {act} }.into_any(),
    ]
}

/// What a job does that is no send.
fn kind(visit: &Visit, kind: &str) -> AnyView {
    match kind {
        backend::record::index::JOB => {
            visit.t("重新索引应用的记录", "Index an app's records anew").to_owned().into_any()
        }
        other => mono(other),
    }
}

async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: JobId = form.parse("job")?;
    backend::job::retry(visit.backend(), &visit.actor, id).await?;
    Ok(Go::to(visit.here()).say("任务已重新排队", "The job is queued again"))
}
