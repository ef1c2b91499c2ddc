//! The working-day calendar: public holidays and worked weekends (Source: PRJ-3).

use domain::{
    calendar::{CalendarForm, WorkingCalendar},
    problem::Problem,
    time::Zone,
};
use leptos::prelude::*;

use crate::{
    kit::{Field, Fields, Tone, actions, badge, card, form_post, heading, stored_now},
    page::{Form, Go, Page, Visit},
};

/// The calendar's form, and what it means for the coming days.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let calendar = backend::calendar::get(visit.backend(), &visit.actor).await?;
    let title = visit.t("工作日历", "Working calendar").to_owned();
    Ok(Page::new(title.clone(), move || {
        let due = visit.zone.exact(calendar.review_due(visit.now, &Zone::default()));
        let lead = visit.t(
            &format!("现在提交的项目须在 {due} 前审批。修改只影响之后提交的项目。"),
            &format!("A project submitted now is due by {due}. Changes concern projects submitted later."),
        )
        .to_owned();
        let fields = Fields::of(&visit, "calendar");
        let form = CalendarForm::of(&calendar);
        let hint = visit.t(
            "每行一个日期，如 2026-10-01；也可用逗号分隔",
            "One date a line, such as 2026-10-01; commas do as well",
        );
        let stored = stored_now(
            &visit,
            &fields,
            &[
                ("holidays", visit.t("节假日", "Public holidays"), &form.holidays),
                ("worked", visit.t("调休上班的周末", "Worked weekend days"), &form.worked),
            ],
        );
        let form = form_post(
            &fields,
            view! {
                {stored}
                {fields.seen("seen", calendar.mark())}
                <div class="grid gap-x-6 md:grid-cols-2">
                    {Field::area("holidays", 6).label(visit.t("节假日", "Public holidays")).hint(hint).value(form.holidays).view(&fields)}
                    {Field::area("worked", 6).label(visit.t("调休上班的周末", "Worked weekend days")).hint(hint).value(form.worked).view(&fields)}
                </div>
                {actions(Field::submit("calendar", visit.t("保存", "Save")))}
            },
        );
        view! {
            {heading(title, lead, ())}
            {card(visit.t("未来 14 天", "The next 14 days"), coming(&visit, &calendar))}
            {card("", form)}
        }
    }))
}

fn coming(visit: &Visit, calendar: &WorkingCalendar) -> AnyView {
    let today = Zone::default().date(visit.now);
    let days = (0..14).map(|offset| {
        let date = today.plus_days(offset);
        let (tone, label) = match (calendar.is_working_day(date), date.is_weekend()) {
            (true, false) => (Tone::Good, visit.t("工作日", "Working")),
            (true, true) => (Tone::Info, visit.t("调休上班", "Worked")),
            (false, true) => (Tone::Quiet, visit.t("周末", "Weekend")),
            (false, false) => (Tone::Warn, visit.t("节假日", "Holiday")),
        };
        let text = date.to_string();
        view! {
            <li class="flex flex-col items-start gap-1 rounded-field border border-base-300 p-2">
                <span class="figures text-sm">{text}</span>{badge(tone, label)}
            </li>
        }
    });
    view! { <ol class="grid grid-cols-2 gap-2 sm:grid-cols-4 lg:grid-cols-7">{days.collect_view()}</ol> }.into_any()
}

/// Saves the calendar.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let typed = CalendarForm {
        holidays: form.text("holidays").to_owned(),
        worked: form.text("worked").to_owned(),
    };
    let seen = form.text("seen");
    backend::calendar::change(visit.backend(), &visit.actor, seen, &typed).await?;
    Ok(Go::to("/operations/calendar").say("工作日历已保存", "The calendar is saved"))
}
