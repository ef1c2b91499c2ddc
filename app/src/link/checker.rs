//! The link checker: why a given organisation cannot buy (Source: PUR-4).

use backend::link::{Candidate, Report};
use domain::{
    lang::counted,
    link::{CheckForm, Finding, Verdict},
    problem::Problem,
};
use leptos::prelude::*;

use crate::{
    kit::{Field, Fields, Icon, Tone, badge, card, form_post, heading, icon, mono, table},
    page::{Form, Go, Page, Visit},
    programme::{is_needed, needed},
};

fn typed(form: &Form) -> CheckForm {
    CheckForm { link: form.text("link").to_owned(), corp_id: form.text("corp_id").to_owned() }
}

/// The form and, after asking, what was found.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let title = visit.t("链接检查", "Link checker").to_owned();
    match backend::link::require_checker(visit.backend(), &visit.actor).await {
        Err(problem) if is_needed(&problem) => return Ok(needed(visit, title, problem)),
        other => other?,
    }
    let asked = visit.echo().filter(|echo| echo.problem.is_none()).map(|echo| typed(&echo.form));
    let report = match asked {
        Some(form) => Some(backend::link::check(visit.backend(), &visit.actor, &form).await?),
        None => None,
    };
    Ok(Page::new(title.clone(), move || {
        let lead = visit.t(
            "客户说买不了？粘贴客户打开的链接和客户看到的 CorpID，逐项说明原因。",
            "A customer cannot buy? Paste the link and the CorpID the customer sees; each possible cause is explained.",
        );
        let fields = Fields::of(&visit, "check");
        let form = form_post(
            &fields,
            view! {
                {Field::text("link").label(visit.t("分发链接", "Distribution link")).placeholder("https://…/l/…?corpName=…").autocomplete("off").view(&fields)}
                {Field::text("corp_id").label(visit.t("客户组织 CorpID", "Customer CorpID")).placeholder("ding77a7af8924a84af0").autocomplete("off")
                    .hint(visit.t("拒绝购买的页面上会显示，请客户复制给您", "The page that refuses the purchase shows it")).view(&fields)}
                <button type="submit" class="btn btn-primary" name="_do" value="check" data-plain>{icon(Icon::Search)}{visit.t("检查", "Check")}</button>
            },
        );
        view! { {heading(title, lead, ())}{report.map(|report| result(&visit, report))}{card("", form)} }
    }))
}

fn result(visit: &Visit, report: Report) -> AnyView {
    let causes = report.findings.iter().filter(|finding| finding.verdict == Verdict::Cause).count();
    let open = report.findings.iter().any(|finding| finding.verdict == Verdict::Open);
    let summary = match (causes, open) {
        (0, false) => visit
            .t(
                "没有发现问题：这个组织的平台管理员可以购买。",
                "Nothing wrong: a platform admin of this organisation can buy.",
            )
            .to_owned(),
        (0, true) => visit
            .t(
                "目前没有发现问题；有些项目还无法检查。",
                "Nothing wrong so far; some things could not be checked.",
            )
            .to_owned(),
        (count, _) => {
            let found = format!("{} found", counted(count, "cause"));
            visit.t(&format!("发现 {count} 个原因"), &found).to_owned()
        }
    };
    let findings = report.findings.into_iter().map(|item| finding(visit, item)).collect_view();
    view! {
        <div role="status">{card(summary, view! { <ul class="divide-y divide-base-300">{findings}</ul> })}</div>
        {projects(visit, report.projects)}
    }
    .into_any()
}

fn finding(visit: &Visit, item: Finding) -> AnyView {
    let (mark, class, said) = match item.verdict {
        Verdict::Fine => (Icon::Check, "text-success", visit.t("正常", "Fine")),
        Verdict::Cause => (Icon::X, "text-error", visit.t("原因", "Cause")),
        Verdict::Open => (Icon::Clock, "text-muted", visit.t("待确认", "To confirm")),
    };
    let remedy = item.remedy.get(visit.lang).to_owned();
    view! {
        <li class="flex gap-3 py-3">
            <span class=format!("mt-1 {class}")>{icon(mark)}</span>
            <div class="min-w-0">
                <p><span class=format!("mr-2 text-sm font-medium {class}")>{said}</span>{item.text.get(visit.lang).to_owned()}</p>
                {(!remedy.is_empty()).then(|| view! { <p class="text-sm text-muted">{remedy}</p> })}
            </div>
        </li>
    }
    .into_any()
}

fn projects(visit: &Visit, projects: Vec<Candidate>) -> Option<AnyView> {
    if projects.is_empty() {
        return None;
    }
    let columns = [
        visit.t("项目", "Project"),
        visit.t("客户", "Customer"),
        visit.t("状态", "State"),
        visit.t("有效链接", "Valid links"),
        "",
    ];
    let rows = projects
        .into_iter()
        .map(|project| {
            let tone = if project.state.is_open() { Tone::Good } else { Tone::Quiet };
            let url = domain::link::page(project.id);
            vec![
                view! { <span class="block font-medium">{project.name}</span>{mono(project.number)} }.into_any(),
                project.customer_name.into_any(),
                badge(tone, project.state.label().get(visit.lang)),
                project.links.to_string().into_any(),
                view! { <a class="btn btn-sm" href=url>{icon(Icon::Link)}{visit.t("分发链接", "Links")}</a> }.into_any(),
            ]
        })
        .collect();
    Some(table(visit.t("相关项目", "Projects"), columns.map(str::to_owned).to_vec(), rows))
}

/// Checks: the page comes again with what was found.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    backend::link::check(visit.backend(), &visit.actor, &typed(&form)).await?;
    Ok(Go::Again(form))
}
