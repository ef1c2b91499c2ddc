//! The organisation acted in: name, CorpID, edition, time zone, and leaving it (Source: ORG-1).

use backend::organisation::Organisation;
use domain::{organisation::Role, problem::Problem};
use leptos::prelude::*;

use crate::{
    account::unknown_command,
    kit::{
        Field, Fields, Icon, Tone, actions, badge, card, confirm_button, copyable, facts,
        form_post, heading, icon, moment, stored_now,
    },
    page::{Form, Go, Page, Visit, decode},
};

/// Time zones to choose from; any other of the tz database can be typed.
const ZONES: &[&str] = &[
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Europe/Moscow",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Australia/Sydney",
    "Africa/Johannesburg",
    "UTC",
];

/// Shows the organisation; platform admins change it here.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let organisation = backend::organisation::current(visit.backend(), &visit.actor).await?;
    let role = visit.actor.membership()?.role;
    Ok(Page::new(organisation.name.clone(), move || {
        let lead = view! {
            {visit.t("您的身份：", "Your role: ")}{role.label().get(visit.lang).to_owned()}
        };
        let members = view! {
            <a class="btn" href="/manage/members">{icon(Icon::Users)}{visit.t("查看成员", "See the members")}</a>
        };
        view! {
            {heading(organisation.name.clone(), lead, members)}
            <div class="max-w-3xl">
                {card(visit.t("组织信息", "The organisation"), summary(&visit, &organisation))}
                {change(&visit, &organisation, role)}
                {card(visit.t("离开组织", "Leave the organisation"), leave(&visit, &organisation))}
            </div>
        }
    }))
}

fn summary(visit: &Visit, organisation: &Organisation) -> AnyView {
    let corp_id = view! {
        {copyable(visit, "CorpID", organisation.corp_id.to_string())}
        <p class="mt-1 text-sm text-muted">{visit.t(
            "购买应用前，请把它告诉服务商用于立项。",
            "Give it to your service provider for the project, before you buy an app.",
        )}</p>
    };
    let edition = organisation.edition.label().get(visit.lang).to_owned();
    let mut rows = vec![
        (visit.t("版本", "Edition").to_owned(), badge(Tone::Info, edition)),
        (visit.t("创建时间", "Created").to_owned(), moment(visit, organisation.created_at)),
        (visit.t("时区", "Time zone").to_owned(), organisation.zone.name.clone().into_any()),
    ];
    rows.insert(0, (visit.t("组织名称", "Name").to_owned(), organisation.name.clone().into_any()));
    view! {
        {facts(rows)}
        <div class="mt-2 max-w-xl"><p class="mb-1 text-sm text-muted">"CorpID"</p>{corp_id}</div>
    }
    .into_any()
}

fn change(visit: &Visit, organisation: &Organisation, role: Role) -> AnyView {
    if role != Role::Admin {
        let text = visit.t(
            "只有平台管理员可以修改组织信息；在成员页可以看到他们是谁。",
            "Only platform admins can change the organisation; the members page shows who they are.",
        );
        return view! { <p class="mb-6 text-sm text-muted">{text}</p> }.into_any();
    }
    let fields = Fields::of(visit, "change");
    let mut zones: Vec<&str> = ZONES.to_vec();
    if !zones.contains(&organisation.zone.name.as_str()) {
        zones.insert(0, &organisation.zone.name);
    }
    let zones = zones.into_iter().map(|zone| (zone.to_owned(), zone.to_owned())).collect();
    let stored = stored_now(
        visit,
        &fields,
        &[
            ("name", visit.t("组织名称", "Name"), &organisation.name),
            ("time_zone", visit.t("时区", "Time zone"), &organisation.zone.name),
        ],
    );
    let form = form_post(
        &fields,
        view! {
            {stored}
            {fields.seen("name_seen", organisation.name.clone())}
            {fields.seen("time_zone_seen", organisation.zone.name.clone())}
            {Field::text("name").label(visit.t("组织名称", "Name")).required().value(organisation.name.clone()).view(&fields)}
            {Field::select("time_zone", zones).label(visit.t("时区", "Time zone")).required().value(organisation.zone.name.clone())
                .hint(visit.t("所有时间按它显示；审批期限按平台的工作日（北京时间）计算", "All times are shown in it; reviews are due by the operators' working days, in Beijing time")).view(&fields)}
            {actions(Field::submit("change", visit.t("保存", "Save")))}
        },
    );
    card(visit.t("修改", "Change"), form)
}

fn leave(visit: &Visit, organisation: &Organisation) -> AnyView {
    let fields = Fields::of(visit, "leave");
    let question = visit.t(
        "离开后，您在这个组织里的一切权限立即结束；要回来需要新的邀请。",
        "Everything you may do here ends at once; to come back you need a new invitation.",
    );
    let label = if visit.lang == domain::lang::Lang::Zh {
        format!("离开「{}」", organisation.name)
    } else {
        format!("Leave “{}”", organisation.name)
    };
    let confirm = form_post(&fields, Field::danger("leave", label));
    // A refusal is shown inside, so the fold stays open then.
    let refused = fields.posted().is_some();
    if refused {
        return view! { <p class="mb-3 max-w-prose text-sm">{question}</p>{confirm} }.into_any();
    }
    confirm_button(visit.t("离开组织", "Leave the organisation"), question, confirm)
}

/// Changes the organisation, or leaves it.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    match form.command() {
        "change" => {
            backend::organisation::change(backend, actor, &decode(&form)?).await?;
            Ok(Go::to("/manage").say("已保存", "Saved"))
        }
        "leave" => {
            backend::organisation::leave(backend, actor).await?;
            Ok(Go::to("/").say("您已离开组织", "You have left the organisation"))
        }
        _ => Err(unknown_command()),
    }
}
