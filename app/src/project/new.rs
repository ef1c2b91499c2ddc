//! The project form: 项目信息 and 客户信息, kept as a draft on the server by a button and in the
//! browser while typing (Source: PRJ-1, PRJ-2).

use domain::{
    identity::ProjectId,
    lang::Lang,
    money::Currency,
    problem::Problem,
    project::{FileKind, ProjectForm},
};
use leptos::prelude::*;

use super::islands::ProjectFormKeeper;
use crate::{
    kit::{Field, Fields, actions, card, form_multipart, heading},
    page::{Form, Go, Page, Visit},
    programme::{ACCEPT, needed},
};

const ROOT: &str = "/manage/provider/projects";

/// What the page begins with: an empty form under a new id, or a draft.
struct Start {
    id: ProjectId,
    form: ProjectForm,
    file_name: Option<String>,
    /// When the draft was saved last; none for a new project.
    saved: Option<i64>,
}

async fn start(visit: &Visit) -> Result<Start, Problem> {
    let posted = visit.echo().and_then(|echo| echo.form.parse::<ProjectId>("id").ok());
    if let Some(id) = visit.query("draft").and_then(|id| id.parse().ok()) {
        let draft = backend::project::draft(visit.backend(), &visit.actor, id).await?;
        let saved = Some(draft.changed_at.0);
        return Ok(Start { id, form: draft.form, file_name: draft.file_name, saved });
    }
    let id = posted.unwrap_or_else(|| visit.backend().id());
    let form = ProjectForm {
        currency: "CNY".into(),
        file_kind: "contract".into(),
        ..ProjectForm::default()
    };
    Ok(Start { id, form, file_name: None, saved: None })
}

/// The form.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    visit.actor.may(domain::authority::UseCase::ProjectSubmit)?;
    let own = backend::programme::overview(visit.backend(), &visit.actor).await?;
    let title = visit.t("新建项目", "New project").to_owned();
    if let Err(problem) = own.permission.require_granted() {
        return Ok(needed(visit, title, problem.clone()).refusing(&problem));
    }
    let start = start(&visit).await?;
    let account = visit.actor.person()?.account.to_string();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "submit");
        let lead = visit.t(
            "提交后由平台运营在下一个工作日结束前审批；提交后不能修改，审批前可以撤销。",
            "An operator reviews it by the end of the next working day. It cannot be changed after submission, but withdrawn until reviewed.",
        );
        let form = form_multipart(
            &fields,
            view! {
                <input type="hidden" name="id" value=start.id.to_string()/>
                <ProjectFormKeeper account=account lang=visit.lang saved=start.saved echoed=visit.echo().is_some()/>
                {card(visit.t("项目信息", "Project"), project_group(&visit, &fields, &start))}
                {card(visit.t("客户信息", "Customer"), customer_group(&visit, &fields, &start.form))}
                {actions(view! {
                    {Field::submit("submit", visit.t("提交审批", "Submit for review"))}
                    {Field::button("save", visit.t("保存草稿", "Save draft"))}
                    <a class="btn btn-ghost" href=ROOT>{visit.t("返回列表", "Back to the list")}</a>
                })}
            },
        );
        view! { {heading(title, lead, ())}<div class="max-w-3xl">{form}</div> }
    })
    .islands(&["project_form_keeper"]))
}

fn project_group(visit: &Visit, fields: &Fields, start: &Start) -> AnyView {
    let form = &start.form;
    let mut file = Field::file("file", ACCEPT)
        .label(visit.t("项目合同", "Contract file"))
        .required()
        .hint(visit.t(
            "PDF、图片或 Word，不超过 20 MiB；合同金额须与下面填写的一致",
            "PDF, image or Word, up to 20 MiB; the amount in it must equal the one entered",
        ));
    if !form.file.is_empty() {
        let name = start.file_name.clone();
        file = file.stored(
            form.file.clone(),
            name.unwrap_or_else(|| visit.t("已上传的文件", "Uploaded file").to_owned()),
        );
    }
    let kinds = FileKind::ALL
        .iter()
        .map(|kind| {
            (kind.code().to_owned(), kind.label().get(visit.lang).to_owned(), String::new())
        })
        .collect();
    let currencies = Currency::ALL
        .map(|currency| (currency.code().to_owned(), currency_label(currency, visit.lang)))
        .to_vec();
    view! {
        {Field::text("name").label(visit.t("项目名称", "Project name")).required().value(form.name.clone()).view(fields)}
        {file.view(fields)}
        {Field::radios("file_kind", kinds).label(visit.t("文件是", "The file is")).required().value(form.file_kind.clone()).view(fields)}
        <div class="grid gap-x-4 sm:grid-cols-[2fr_1fr]">
            {Field::text("amount").label(visit.t("项目合同金额", "Contract amount")).required().input_mode("decimal").placeholder("128000.00").value(form.amount.clone())
                .hint(visit.t("只填与本应用交付有关的金额", "Only the part that concerns the app")).view(fields)}
            {Field::select("currency", currencies).label(visit.t("币种", "Currency")).required().value(form.currency.clone()).view(fields)}
        </div>
        {Field::input("expected_on", "date").label(visit.t("预计交付日期", "Expected delivery")).required().value(form.expected_on.clone()).view(fields)}
        {Field::area("description", 4).label(visit.t("项目描述", "Description")).value(form.description.clone())
            .hint(visit.t("合同总额与上面的金额不同，或以报价单代替合同时，请在此说明", "Say here where the contract's total differs, or why a quotation stands in")).view(fields)}
    }
    .into_any()
}

fn customer_group(visit: &Visit, fields: &Fields, form: &ProjectForm) -> AnyView {
    view! {
        {Field::text("customer_name").label(visit.t("客户名称", "Customer name")).required().value(form.customer_name.clone()).autocomplete("organization")
            .hint(visit.t("会出现在分发链接的 corpName 中，供双方核对", "Appears in the link as corpName, for both sides to compare")).view(fields)}
        {Field::text("customer_corp_id").label(visit.t("客户组织 CorpID", "Customer CorpID")).required().value(form.customer_corp_id.clone()).placeholder("ding77a7af8924a84af0")
            .hint(visit.t("须与实际购买的组织一致，否则客户无法购买", "Must be that of the organisation that buys, or it cannot buy")).view(fields)}
        <div class="grid gap-x-4 sm:grid-cols-2">
            {Field::text("contact").label(visit.t("客户联系人", "Contact")).required().value(form.contact.clone()).autocomplete("off").view(fields)}
            {Field::input("phone", "tel").label(visit.t("联系电话", "Phone")).required().value(form.phone.clone()).autocomplete("off").view(fields)}
        </div>
    }
    .into_any()
}

fn currency_label(currency: Currency, lang: Lang) -> String {
    let name = match currency {
        Currency::Cny => lang.t("人民币", "Renminbi"),
        Currency::Usd => lang.t("美元", "US dollar"),
        Currency::Hkd => lang.t("港币", "Hong Kong dollar"),
        Currency::Eur => lang.t("欧元", "Euro"),
    };
    format!("{} {name}", currency.code())
}

/// The form as the domain knows it; of a field that comes twice, the last counts.
fn typed(form: &Form) -> ProjectForm {
    let text = |name: &str| form.text(name).to_owned();
    ProjectForm {
        name: text("name"),
        description: text("description"),
        amount: text("amount"),
        currency: text("currency"),
        file: text("file"),
        file_kind: text("file_kind"),
        expected_on: text("expected_on"),
        customer_name: text("customer_name"),
        customer_corp_id: text("customer_corp_id"),
        contact: text("contact"),
        phone: text("phone"),
    }
}

/// Saves the draft or submits the project.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ProjectId = form.parse("id")?;
    let typed = typed(&form);
    if form.command() == "save" {
        backend::project::save_draft(visit.backend(), &visit.actor, id, &typed).await?;
        let url = format!("{ROOT}/new?draft={id}");
        return Ok(Go::to(url).say("草稿已保存", "The draft is saved"));
    }
    let made = backend::project::submit(visit.backend(), &visit.actor, id, &typed).await?;
    let number = &made.number;
    Ok(Go::to(made.url()).say(
        format!("项目 {number} 已提交，等待审批"),
        format!("Project {number} is submitted for review"),
    ))
}
