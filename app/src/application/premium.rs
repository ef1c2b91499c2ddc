//! Operators give and take the premium mark (精品应用) here (Source: LNK-2).

use backend::application::premium::{Listed, PAGE, list, mark};
use domain::problem::Problem;
use leptos::prelude::*;

use crate::{
    kit::{Fields, Icon, Tone, badge, empty, form_post, heading, icon, pager, search, table},
    page::{Form, Go, Page, Visit},
};

/// Shows the apps of all organisations.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let text = visit.query("q").unwrap_or("").to_owned();
    let after = visit.query("after").and_then(|id| id.parse().ok());
    let apps = list(visit.backend(), &visit.actor, &text, after).await?;
    let title = visit.t("精品应用", "Premium apps").to_owned();
    Ok(Page::new(title.clone(), move || {
        let lead = visit
            .t("精品应用不能通过分发链接分发。", "Premium apps cannot be distributed by link.")
            .to_owned();
        let more = i64::try_from(apps.len()).is_ok_and(|count| count == PAGE);
        let next = apps
            .last()
            .filter(|_| more)
            .map(|app| visit.with_query(&[("after", &app.id.to_string())]));
        let first = after.map(|_| visit.with_query(&[("after", "")]));
        let rows: Vec<_> = apps.iter().map(|app| row(&visit, app)).collect();
        let columns =
            [visit.t("应用", "App"), visit.t("组织", "Organisation"), visit.t("标记", "Mark"), ""]
                .map(str::to_owned);
        let list = if rows.is_empty() {
            empty(
                Icon::Star,
                visit.t("没有找到应用", "No app found"),
                visit.t("换个关键词试试。", "Try other words."),
                (),
            )
        } else {
            table(title.clone(), columns.into(), rows)
        };
        view! {
            {heading(title, lead, ())}
            {search(&visit, visit.t("按应用或组织名称查找", "Find by app or organisation"), ())}
            {list}
            {pager(&visit, first, next)}
        }
    }))
}

fn row(visit: &Visit, app: &Listed) -> Vec<AnyView> {
    let fields = Fields::of(visit, &format!("mark-{}", app.id));
    let label = if app.premium {
        visit.t("取消精品", "Take the mark away")
    } else {
        visit.t("设为精品", "Mark as premium")
    };
    let value = if app.premium { "no" } else { "yes" };
    let form = form_post(
        &fields,
        view! {
            <input type="hidden" name="app" value=app.id.to_string()/>
            <input type="hidden" name="premium" value=value/>
            <button class="btn btn-sm" name="_do" value=format!("mark-{}", app.id)>{icon(Icon::Star)}{label.to_owned()}</button>
        },
    );
    let state = match (app.premium, app.delivered) {
        (true, _) => badge(Tone::Warn, visit.t("精品", "Premium")),
        (false, true) => badge(Tone::Quiet, visit.t("分发来的应用", "Delivered")),
        (false, false) => ().into_any(),
    };
    // What was delivered cannot be distributed anyway.
    let form = if app.delivered && !app.premium { ().into_any() } else { form };
    vec![
        view! { <span class="font-medium">{app.name.get(visit.lang).to_owned()}</span> }.into_any(),
        app.organisation_name.clone().into_any(),
        state,
        form,
    ]
}

/// Gives or takes the mark.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let premium = form.text("premium") == "yes";
    mark(visit.backend(), &visit.actor, form.parse("app")?, premium).await?;
    let go = Go::to(visit.here());
    Ok(if premium {
        go.say("已设为精品应用", "Marked as premium")
    } else {
        go.say("已取消精品标记", "The mark is gone")
    })
}
