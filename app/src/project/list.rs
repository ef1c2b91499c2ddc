//! The provider's projects: drafts first, then every project with its state, its rail, who acts next
//! and what can be done (Source: PRJ-1, PRJ-5).

use backend::project::{Draft, Filter, Listed};
use domain::{identity::ProjectId, problem::Problem, project::ProjectState};
use leptos::prelude::*;

use super::progress::{next_action, small_rail, state_badge};
use crate::{
    account::unknown_command,
    kit::{
        Icon, card, confirm_button, empty, heading, icon, moment, mono, newest_only, pager,
        postback, search, table, tabs,
    },
    page::{Form, Go, Page, Visit},
    programme::{is_needed, needed},
};

const ROOT: &str = "/manage/provider/projects";

/// The list.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let filter = Filter {
        state: visit.query("state").unwrap_or("").to_owned(),
        search: visit.query("q").unwrap_or("").to_owned(),
        mine: visit.query("mine").is_some(),
        cursor: visit.query("after").map(str::to_owned),
    };
    let title = visit.t("项目管理", "Projects").to_owned();
    let found = match backend::project::list(visit.backend(), &visit.actor, &filter).await {
        Err(problem) if is_needed(&problem) => return Ok(needed(visit, title, problem)),
        other => other?,
    };
    let own = backend::programme::overview(visit.backend(), &visit.actor).await?;
    let granted = own.permission.is_granted();
    let counts = backend::project::counts(visit.backend(), &visit.actor).await?;
    let drafts = backend::project::drafts(visit.backend(), &visit.actor).await?;
    Ok(Page::new(title.clone(), move || {
        let lead = visit.t(
            "立项审批通过后即可获取分发链接，直到结项。",
            "Once a project is approved you can make distribution links until it is closed.",
        );
        let button = new_project(&visit, granted);
        let total: i64 = counts.iter().map(|(_, count)| count).sum();
        let first = filter.cursor.as_ref().map(|_| visit.with_query(&[("after", "")]));
        let next = found.next.map(|next| visit.with_query(&[("after", &next)]));
        let body = if total == 0 {
            let lead = visit.t(
                "填写项目信息和客户信息，上传合同，提交后由平台运营审批。",
                "Fill in project and customer, upload the contract; an operator reviews it.",
            );
            let start = new_project(&visit, granted);
            empty(Icon::Folder, visit.t("还没有项目", "No projects yet"), lead, start)
        } else {
            view! {
                {tabs(title.clone(), state_tabs(&visit, &filter.state, &counts, total))}
                {find(&visit, &filter)}
                {rows(&visit, &title, found.items)}
                {pager(&visit, first, next)}
            }
            .into_any()
        };
        view! { {heading(title.clone(), lead, button)}{draft_card(&visit, drafts)}{body} }
    }))
}

/// The way to a new project; without the permission the grey button says why, and where to look
/// (Source: PRV-2).
fn new_project(visit: &Visit, granted: bool) -> AnyView {
    let label = visit.t("新建项目", "New project").to_owned();
    if granted {
        return view! { <a class="btn btn-primary" href=format!("{ROOT}/new")>{icon(Icon::Plus)}{label}</a> }.into_any();
    }
    let why = visit.t(
        "应用分发权限已被收回，不能新建项目。",
        "The distribution permission was withdrawn: no new projects.",
    );
    let look = visit.t("查看服务商权限", "See the permission").to_owned();
    view! {
        <span class="inline-flex max-w-72 flex-col items-start gap-1">
            <button type="button" class="btn" disabled>{icon(Icon::Plus)}{label}</button>
            <span class="text-sm text-muted">{why.to_owned()}" "<a class="link" href="/manage/provider">{look}</a></span>
        </span>
    }
    .into_any()
}

fn state_tabs(
    visit: &Visit,
    current: &str,
    counts: &[(String, i64)],
    total: i64,
) -> Vec<(String, String, bool)> {
    let mut entries = vec![(
        visit.with_query(&[("state", ""), ("after", "")]),
        format!("{} {total}", visit.t("全部", "All")),
        current.is_empty(),
    )];
    for code in ProjectState::CODES {
        let count = counts.iter().find(|(state, _)| state == code).map_or(0, |(_, count)| *count);
        if count > 0 || code == current {
            let label = ProjectState::label_of(code);
            entries.push((
                visit.with_query(&[("state", code), ("after", "")]),
                format!("{} {count}", label.get(visit.lang)),
                code == current,
            ));
        }
    }
    entries
}

fn find(visit: &Visit, filter: &Filter) -> AnyView {
    let label = visit.t("搜索编号、名称、客户或 CorpID", "Search number, name, customer or CorpID");
    let state = (!filter.state.is_empty())
        .then(|| view! { <input type="hidden" name="state" value=filter.state.clone()/> });
    let mine = view! {
        {state}
        <label class="flex items-center gap-2 text-sm"><input type="checkbox" name="mine" value="1" checked=filter.mine class="checkbox checkbox-sm"/>{visit.t("只看我创建的", "Only mine")}</label>
    };
    search(visit, label, mine)
}

fn draft_card(visit: &Visit, drafts: Vec<Draft>) -> Option<AnyView> {
    if drafts.is_empty() {
        return None;
    }
    let cut = newest_only(visit, drafts.len());
    let items = drafts.into_iter().map(|draft| {
        let name = match draft.form.name.trim() {
            "" => visit.t("未命名草稿", "Untitled draft").to_owned(),
            name => name.to_owned(),
        };
        let customer = draft.form.customer_name.trim().to_owned();
        let delete = view! {
            <input type="hidden" name="_do" value="delete-draft"/><input type="hidden" name="id" value=draft.id.to_string()/>
            <button class="btn btn-sm btn-error btn-soft">{visit.t("删除草稿", "Delete the draft")}</button>
        };
        view! {
            <li class="flex flex-wrap items-center justify-between gap-2 py-2">
                <div class="min-w-0">
                    <p class="truncate font-medium">{name}</p>
                    <p class="text-sm text-muted">{customer}" "{visit.t("保存于", "saved")}" "{moment(visit, draft.changed_at)}</p>
                </div>
                <div class="flex items-start gap-2">
                    <a class="btn btn-sm" href=format!("{ROOT}/new?draft={}", draft.id)>{icon(Icon::Edit)}{visit.t("继续填写", "Go on")}</a>
                    {confirm_button(visit.t("删除", "Delete"), visit.t("草稿删除后不能恢复。", "A deleted draft cannot be brought back."), postback(ROOT, "m-0", delete))}
                </div>
            </li>
        }
    });
    let list = view! { {cut}<ul class="divide-y divide-base-300">{items.collect_view()}</ul> };
    Some(card(visit.t("我的草稿", "My drafts"), list))
}

fn rows(visit: &Visit, label: &str, items: Vec<Listed>) -> AnyView {
    if items.is_empty() {
        let all = view! { <a class="btn" href=ROOT>{visit.t("查看全部", "Show all")}</a> };
        return empty(
            Icon::Search,
            visit.t("没有符合条件的项目", "No project fits"),
            visit.t("换个条件试试。", "Try another filter."),
            all,
        );
    }
    let columns = [
        visit.t("项目", "Project"),
        visit.t("客户", "Customer"),
        visit.t("状态", "State"),
        visit.t("进度与下一步", "Progress and next step"),
        visit.t("创建人", "Created by"),
        "",
    ];
    let rows = items.into_iter().map(|item| row(visit, item)).collect();
    table(label, columns.map(str::to_owned).to_vec(), rows)
}

fn row(visit: &Visit, item: Listed) -> Vec<AnyView> {
    let name = view! {
        <span class="block font-medium">{item.name.clone()}</span>
        <span class="flex flex-wrap gap-x-2 text-sm font-normal text-muted">{mono(item.number.clone())}{moment(visit, item.submitted_at)}</span>
    };
    let progress = view! {
        <span class="flex flex-col gap-1 max-md:items-end">{small_rail(visit, &item.state, &item.progress)}<span>{next_action(visit, &item.state, &item.progress)}</span></span>
    };
    vec![
        name.into_any(),
        item.customer_name.clone().into_any(),
        state_badge(visit, &item.state),
        progress.into_any(),
        item.creator.name.clone().into_any(),
        row_actions(visit, &item),
    ]
}

fn row_actions(visit: &Visit, item: &Listed) -> AnyView {
    let (id, number) = (item.id, item.number.clone());
    let detail = if item.mine {
        view! { <a class="btn btn-sm" href=format!("{ROOT}/{id}")>{visit.t("查看详情", "Details")}<span class="sr-only">" "{number.clone()}</span></a> }.into_any()
    } else {
        let creator = &item.creator.name;
        let ask = visit.t(&format!("请联系创建人 {creator}"), &format!("Ask {creator}")).to_owned();
        view! {
            <span class="inline-flex flex-col items-start">
                <button type="button" class="btn btn-sm" disabled title=ask.clone()>{visit.t("查看详情", "Details")}</button>
                <span class="text-xs text-muted">{ask}</span>
            </span>
        }
        .into_any()
    };
    // What comes next is the primary button: an order that waits, or else a link.
    let to_send = item.state.is_open() && item.progress.waiting > 0;
    let class = |primary: bool| if primary { "btn btn-sm btn-primary" } else { "btn btn-sm" };
    let link = item.state.is_open().then(|| view! {
        <a class=class(!to_send) href=format!("{ROOT}/{id}/links")>{icon(Icon::Link)}{visit.t("获取分发链接", "Get link")}<span class="sr-only">" "{number.clone()}</span></a>
    });
    let ordered = item.progress.orders + item.progress.cancelled;
    let orders = (ordered > 0).then(|| view! {
        <a class=class(to_send) href=format!("{ROOT}/{id}/orders")>{visit.t("查看订单", "Orders")}" "{ordered}<span class="sr-only">" "{number.clone()}</span></a>
    });
    let withdraw = (item.mine && matches!(item.state, ProjectState::Reviewing { .. })).then(|| {
        let confirm = view! {
            <input type="hidden" name="_do" value="withdraw"/><input type="hidden" name="id" value=id.to_string()/>
            <button class="btn btn-sm btn-error btn-soft">{visit.t("撤销项目", "Withdraw the project")}</button>
        };
        confirm_button(
            visit.t("撤销", "Withdraw"),
            visit.t("撤销后审批停止；可以复制为新草稿再提交。", "The review stops; you can copy the project into a new draft."),
            postback(ROOT, "m-0", confirm),
        )
    });
    view! { <div class="flex flex-wrap items-start gap-2">{link}{orders}{detail}{withdraw}</div> }
        .into_any()
}

/// Withdraws a project or deletes a draft.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ProjectId = form.parse("id")?;
    let (backend, actor) = (visit.backend(), &visit.actor);
    match form.command() {
        "delete-draft" => {
            backend::project::delete_draft(backend, actor, id).await?;
            Ok(Go::to(ROOT).say("草稿已删除", "The draft is deleted"))
        }
        "withdraw" => {
            backend::project::withdraw(backend, actor, id).await?;
            Ok(Go::to(ROOT).say("项目已撤销", "The project is withdrawn"))
        }
        _ => Err(unknown_command()),
    }
}
