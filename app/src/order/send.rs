//! The send dialog as a page: the three questions, the sample data, the agreement (Source: ORD-2,
//! ORD-5).

use backend::{
    agreement::Agreement,
    delivery::{ReleaseChoice, SampleCount},
    order::Order,
};
use domain::{
    authority::UseCase,
    delivery::{SAMPLES_PER_FORM, SendForm},
    identity::OrderId,
    lang::Lang,
    problem::Problem,
};
use leptos::prelude::*;

use super::release_name;
use crate::{
    kit::{Field, Fields, Icon, actions, back, card, form_post, heading, icon, moment, warning},
    page::{Form, Go, Page, Visit},
};

/// Shows the questions.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: OrderId = visit.param("id")?;
    let order = backend::order::read(visit.backend(), &visit.actor, id).await?;
    backend::order::require_sender(visit.backend(), &visit.actor, UseCase::Send).await?;
    order.require_open()?;
    order.state.clone().send(domain::identity::DeliveryId(order.id.0))?;
    let dialog = visit.echo().map(|echo| read(&echo.form)).unwrap_or_default();
    let (backend, actor) = (visit.backend(), &visit.actor);
    let samples = backend::delivery::sample_counts(backend, actor, id, &dialog, visit.lang).await?;
    let releases = backend::delivery::releases(visit.backend(), &visit.actor, id).await?;
    let differ = backend::order::editions_differ(visit.backend(), &visit.actor, id).await?;
    let agreement = backend::agreement::read(visit.backend(), &visit.actor).await?;
    let title = visit.t("发送应用", "Send app").to_owned();
    Ok(Page::new(title, move || view(&visit, &order, differ, &samples, &releases, &agreement)))
}

fn yes_no(visit: &Visit, yes: (&str, &str), no: (&str, &str)) -> Vec<(String, String, String)> {
    vec![
        ("yes".into(), visit.t("是", "Yes").into(), visit.t(yes.0, yes.1).into()),
        ("no".into(), visit.t("否", "No").into(), visit.t(no.0, no.1).into()),
    ]
}

fn view(
    visit: &Visit,
    order: &Order,
    differ: bool,
    samples: &[SampleCount],
    releases: &[ReleaseChoice],
    agreement: &Agreement,
) -> AnyView {
    let fields = Fields::of(visit, "send");
    let lead =
        format!("{} → {} · {}", order.app_name.get(visit.lang), order.customer_name, order.number);
    let differ = differ.then(|| {
        warning(visit.t(
            "客户的版本与贵组织不同，个别高阶功能在客户那里可能不能使用。",
            "The customer's edition differs from yours; some advanced features may not work there.",
        ))
    });
    let questions = view! {
        {Field::radios("samples", yes_no(visit,
            ("随应用发送示例记录，会标记为示例，客户可以一次全部删除。", "Sample records go along, marked as samples; the customer can delete all of them at once."),
            ("只发送页面，不带任何记录。", "Pages only, no records.")))
            .label(visit.t("是否携带表单示例数据", "Carry the forms' sample data?")).required().view(&fields)}
        {sample_fields(visit, &fields, samples)}
        {Field::radios("connectors", yes_no(visit,
            ("应用使用的连接器一起发送；账号与密钥不会发送。", "The app's connectors go along; accounts and secrets never do."),
            ("不发送连接器。", "Connectors stay behind.")))
            .label(visit.t("是否发送连接器", "Send the connectors?")).required().view(&fields)}
        {Field::radios("edit_permission", yes_no(visit,
            ("客户可以修改应用的全部页面。以后可以在订单中收回。", "The customer can change all pages. You can close this later in the order."),
            ("客户可以使用和配置应用，但不能修改页面。以后可以在订单中开放。", "The customer uses and configures the app but does not change pages. You can open this later in the order.")))
            .label(visit.t("是否开放应用全部编辑权限", "Open full edit permission?")).required().view(&fields)}
    };
    view! {
        {back(visit, backend::order::page(order.id), order.number.clone())}
        {heading(visit.t("发送应用", "Send app"), lead, ())}
        <div class="max-w-3xl">
            {differ}
            {card("", form_post(&fields, view! {
                {questions}
                {release_field(visit, &fields, releases)}
                {agreement_fields(visit, &fields, agreement)}
                {actions(view! {
                    {Field::submit("send", visit.t("发送应用", "Send app"))}
                    <a class="btn btn-ghost" href=backend::order::page(order.id)>{visit.t("取消", "Cancel").to_owned()}</a>
                })}
            }))}
        </div>
    }
    .into_any()
}

fn sample_fields(visit: &Visit, fields: &Fields, samples: &[SampleCount]) -> AnyView {
    let with: Vec<&SampleCount> = samples.iter().filter(|form| form.available > 0).collect();
    if with.is_empty() {
        let text = visit
            .t(
                "应用里目前没有记录，即使选择「是」也不会带上示例数据。",
                "The app has no records at the moment, so “yes” carries none.",
            )
            .to_owned();
        return view! { <p class="-mt-2 mb-5 text-sm text-muted">{text}</p> }.into_any();
    }
    // What was searched for, ticked or refused in there is not folded away.
    let used = with.iter().any(|form| {
        let named = |kind: &str| format!("{kind}.{}", form.key);
        ["count", "record"].iter().any(|kind| fields.error(&named(kind)).is_some())
            || ["find", "record"].iter().any(|kind| !fields.value(&named(kind), "").is_empty())
    });
    let forms = with.into_iter().map(|form| {
        view! { <div>{count_field(visit, fields, form)}{choice(visit, fields, form)}</div> }
    });
    let label = visit
        .t(
            "每个表单带几条、哪几条示例数据（最多 15 条）",
            "How many and which sample records per form (at most 15)",
        )
        .to_owned();
    view! {
        <details class="-mt-2 mb-5 rounded-field border border-base-300 p-3" open=used>
            <summary class="font-medium">{label}</summary>
            <div class="mt-3 grid items-start gap-x-6 sm:grid-cols-2">{forms.collect_view()}</div>
        </details>
    }
    .into_any()
}

fn count_field(visit: &Visit, fields: &Fields, form: &SampleCount) -> AnyView {
    let all = form.available >= i64::from(SAMPLES_PER_FORM);
    let hint = match (visit.lang, all) {
        (Lang::Zh, true) => "有 15 条或更多；没有指定时带最早的几条".to_owned(),
        (Lang::Zh, false) => format!("现有 {} 条；没有指定时带最早的几条", form.available),
        (Lang::En, true) => "15 or more there; the oldest go, unless you choose".to_owned(),
        (Lang::En, false) => {
            format!("{} there; the oldest go, unless you choose", form.available)
        }
    };
    Field::text(format!("count.{}", form.key))
        .label(form.title.get(visit.lang).to_owned())
        .hint(hint)
        .value(form.available.to_string())
        .input_mode("numeric")
        .required()
        .view(fields)
}

/// The records of a form, to be ticked; what is ticked goes along instead of the oldest.
fn choice(visit: &Visit, fields: &Fields, form: &SampleCount) -> AnyView {
    let name = format!("record.{}", form.key);
    let (id, ticked, error) =
        (format!("f-send-{name}"), fields.values(&name, Vec::new()), fields.error(&name));
    let find = format!("find.{}", form.key);
    let searched = fields.value(&find, "");
    let items = form.candidates.iter().map(|record| {
        let value = record.id.to_string();
        let checked = ticked.contains(&value);
        view! {
            <li><label class="flex min-h-8 cursor-pointer items-center gap-2">
                <input type="checkbox" class="checkbox checkbox-primary checkbox-sm" name=name.clone() value=value checked=checked/>
                <span class="min-w-0 flex-1 truncate">{record.title.clone()}</span>
                <span class="text-sm whitespace-nowrap text-muted">{moment(visit, record.created_at)}</span>
            </label></li>
        }
    });
    let label = match visit.lang {
        Lang::Zh => format!("指定「{}」的记录", form.title.get(visit.lang)),
        Lang::En => format!("Choose records of {}", form.title.get(visit.lang)),
    };
    let hint = visit
        .t(
            "勾选后只带勾选的记录，上面的数量不再起作用。列出最早和最新的记录，其他的可以查找。",
            "Only ticked records go along then, whatever the number above. The oldest and the newest are listed; search for others.",
        )
        .to_owned();
    let nothing = form.candidates.is_empty().then(|| {
        let (zh, en) = if searched.is_empty() {
            (
                "应用的表单很多，请按名称或编号查找记录",
                "The app has many forms: search for records by name or number",
            )
        } else {
            ("没有找到这样的记录", "No such record was found")
        };
        visit.t(zh, en).to_owned()
    });
    let open = !ticked.is_empty() || error.is_some() || !searched.is_empty();
    let fine = error.is_none();
    let search = visit.t("查找记录", "Search for records").to_owned();
    view! {
        <details id=id tabindex="-1" class="-mt-3 mb-5" open=open>
            <summary class="cursor-pointer py-1 text-sm">{label}</summary>
            <p class="mt-1 text-sm text-muted">{hint}</p>
            <p class="mt-1 text-sm text-error" data-error-for=name.clone() hidden=fine>{error}</p>
            <div class="mt-2 flex gap-2">
                <input type="search" class="input input-sm min-w-0 flex-1" name=find value=searched aria-label=search placeholder=visit.t("名称、编号……", "Name, number …").to_owned()/>
                <button type="submit" class="btn btn-sm" name="_do" value="find" data-plain>{icon(Icon::Search)}{visit.t("查找", "Search").to_owned()}</button>
            </div>
            <ul class="mt-2 max-h-72 overflow-y-auto" tabindex="0" aria-label=form.title.get(visit.lang).to_owned()>{items.collect_view()}</ul>
            <p class="text-sm text-muted">{nothing}</p>
        </details>
    }.into_any()
}

/// The choice of a release; without a posted choice the newest.
fn release_field(visit: &Visit, fields: &Fields, releases: &[ReleaseChoice]) -> AnyView {
    let newest = releases.first().map(|release| release.id.to_string()).unwrap_or_default();
    Field::select("release", release_options(visit, releases))
        .label(visit.t("发送的版本", "Release to send"))
        .value(newest)
        .required()
        .view(fields)
}

/// What can be chosen: each release's id, and its number with what its author says of it.
pub(super) fn release_options(visit: &Visit, releases: &[ReleaseChoice]) -> Vec<(String, String)> {
    releases
        .iter()
        .enumerate()
        .map(|(index, release)| {
            let newest = if index == 0 { visit.t("（最新）", " (newest)") } else { "" };
            let note = if release.note.is_empty() {
                String::new()
            } else {
                format!(" · {}", release.note)
            };
            let label = format!("{}{newest}{note}", release_name(visit, release.number));
            (release.id.to_string(), label)
        })
        .collect()
}

/// The agreement's text, readable in place, and the tick.
pub(super) fn agreement_fields(visit: &Visit, fields: &Fields, agreement: &Agreement) -> AnyView {
    let title = match visit.lang {
        Lang::Zh => format!("《服务商分发协议》第 {} 版", agreement.version),
        Lang::En => {
            format!("Service provider distribution agreement, version {}", agreement.version)
        }
    };
    let text = agreement.text.get(visit.lang).to_owned();
    let version = agreement.version.to_string();
    // A tick under another text than the one shown here says nothing.
    let fields = match fields.posted() {
        Some(form) if form.text("agreement_version") != version => &fields.forgetting("agreed"),
        _ => fields,
    };
    view! {
        <div class="mb-4">
            <h2 class="mb-2 font-medium">{title.clone()}</h2>
            <div class="max-h-60 overflow-y-auto rounded-field border border-base-300 bg-base-200 p-4 text-sm whitespace-pre-wrap" tabindex="0" role="region" aria-label=title>{text}</div>
        </div>
        <input type="hidden" name="agreement_version" value=version/>
        {Field::check("agreed").label(visit.t("我已阅读并同意《服务商分发协议》", "I have read the service provider distribution agreement and agree to it")).required().view(fields)}
    }
    .into_any()
}

/// The version that was ticked, as the domain's form wants it.
pub(super) fn ticked(form: &Form) -> String {
    if form.ticked("agreed") { form.text("agreement_version").to_owned() } else { String::new() }
}

/// The dialog as the domain's form has it.
fn read(form: &Form) -> SendForm {
    let pairs = form.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    SendForm { agreed: ticked(form), ..SendForm::of_pairs(pairs) }
}

/// 发送应用; or only searches for sample records.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: OrderId = visit.param("id")?;
    if form.command() == "find" {
        return Ok(Go::Again(form));
    }
    backend::delivery::send(visit.backend(), &visit.actor, id, &read(&form)).await?;
    Ok(Go::to(backend::order::page(id)))
}
