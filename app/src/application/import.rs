//! Importing form definitions: several files become one app, with a report by field.

use backend::application::import::{Imported, Line, import_staged, report};
use domain::{
    authority::UseCase, design::Naming, identity::FileId, problem::Problem, yida::Outcome,
};
use leptos::prelude::*;

use crate::{
    kit::{
        Field, Fields, Icon, Tone, actions, badge, card, form_multipart, heading, icon, moment,
        table,
    },
    lifecycle::maintenance::banner,
    page::{Form, Go, Page, Visit},
};

/// Shows the form.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    visit.actor.may(UseCase::ApplicationImport)?;
    let kept = kept(&visit).await?;
    let title = visit.t("导入表单", "Import forms").to_owned();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "import");
        let lead = visit.t(
            "选择宜搭表单定义（getFormSchema 返回的 JSON，或 openyida 导出的文件）。互相关联的表单请一起选择，关联会自动接好。一次最多 500 个表单。",
            "Choose Yida form definitions (the JSON of getFormSchema, or a file that openyida exported). Choose forms that refer to each other together; their associations will lead to each other. At most 500 forms at once.",
        ).to_owned();
        let form = form_multipart(
            &fields,
            view! {
                {files(&visit, &fields, kept)}
                {Field::text("name_zh").label(visit.t("应用名称（中文）", "Name of the app (Chinese)")).hint(visit.t("不填则用第一个表单的名称", "Otherwise it is called like the first form")).view(&fields)}
                {Field::text("name_en").label(visit.t("应用名称（英文）", "Name of the app (English)")).view(&fields)}
                {actions(view! {
                    {Field::submit("import", visit.t("导入为新应用", "Import as a new app"))}
                    <a class="btn btn-ghost" href="/">{visit.t("取消", "Cancel").to_owned()}</a>
                })}
            },
        );
        view! { {heading(title, lead, ())}{card("", form)} }
    }))
}

/// The names of files that were uploaded with a form that came back.
async fn kept(visit: &Visit) -> Result<Vec<(String, String)>, Problem> {
    let Some(echo) = visit.echo() else { return Ok(Vec::new()) };
    let mut tx = visit.backend().read().await?;
    let mut kept = Vec::new();
    for id in echo.form.all("files") {
        let Ok(file) = id.parse::<FileId>() else { continue };
        if let Ok(file) = backend::file::staged(&mut tx, &visit.actor, file).await {
            kept.push((id.to_owned(), file.name));
        }
    }
    Ok(kept)
}

fn files(visit: &Visit, fields: &Fields, kept: Vec<(String, String)>) -> AnyView {
    let error = fields.error("files");
    let fine = error.is_none();
    let kept = kept.into_iter().map(|(id, name)| view! {
        <li><label class="flex cursor-pointer items-center gap-2"><input type="checkbox" class="checkbox checkbox-sm" name="files" value=id checked/>{icon(Icon::File)}<span class="truncate">{name}</span></label></li>
    });
    let label = visit.t("表单定义文件", "Form definitions").to_owned();
    fields.call("files", label.clone());
    view! {
        <div class="mb-5">
            <label class="mb-1 block font-medium" for="f-import-files">{label}</label>
            <ul class="mb-2 flex flex-col gap-1">{kept.collect_view()}</ul>
            <input id="f-import-files" name="files" type="file" multiple accept=".json,application/json,text/plain" class="file-input w-full" aria-describedby="f-import-files-error"/>
            <p id="f-import-files-error" class="mt-1 text-sm text-error" data-error-for="files" hidden=fine>{error}</p>
        </div>
    }
    .into_any()
}

/// Imports what was uploaded.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let files = form.all("files").filter_map(|id| id.parse().ok()).collect();
    let named = !form.text("name_zh").trim().is_empty() || !form.text("name_en").trim().is_empty();
    let naming = named
        .then(|| Naming::read(form.text("name_zh"), form.text("name_en"), "", ""))
        .transpose()?;
    let (id, _) = import_staged(visit.backend(), &visit.actor, &files, naming).await?;
    Ok(Go::to(format!("/apps/{id}/import"))
        .say("导入完成，请查看报告", "Imported; here is the report"))
}

/// What an import brought, what it could not bring, and what is still to be decided.
pub async fn result(visit: Visit) -> Result<Page, Problem> {
    let imported = report(visit.backend(), &visit.actor, visit.param("id")?).await?;
    let title = visit.t("导入报告", "Import report").to_owned();
    Ok(Page::new(title.clone(), move || shown(&visit, title, imported)))
}

fn shown(visit: &Visit, title: String, imported: Imported) -> AnyView {
    let app = &imported.app;
    let home = format!("/apps/{}", app.id);
    let buttons = view! {
        <a class="btn" href=format!("{home}/design")>{icon(Icon::Edit)}{visit.t("去设计", "Design").to_owned()}</a>
        <a class="btn btn-primary" href=home>{visit.t("打开应用", "Open the app").to_owned()}</a>
    };
    let name = app.name.get(visit.lang).to_owned();
    let when = imported.report.as_ref().map(|(_, at)| view! { " · "{moment(visit, *at)} });
    let slots = slots(visit, &imported);
    let report = imported
        .report
        .as_ref()
        .map(|(report, _)| view! { {forms(visit, report)}{lines(visit, &report.lines)} });
    let none = imported.report.is_none().then(|| {
        card("", visit.t("这个应用不是导入的。", "This app was not imported.").to_owned())
    });
    let mark = banner(visit, app, imported.access);
    view! { {mark}{heading(title, view! { {name}{when} }, buttons)}{slots}{report}{none} }
        .into_any()
}

fn forms(visit: &Visit, report: &backend::application::import::Report) -> AnyView {
    let columns = [visit.t("表单", "Form"), visit.t("文件", "File"), visit.t("字段", "Fields")];
    let rows = report
        .forms
        .iter()
        .map(|(title, file, fields)| {
            vec![
                title.get(visit.lang).to_owned().into_any(),
                view! { <span class="break-all text-muted">{file.clone()}</span> }.into_any(),
                fields.to_string().into_any(),
            ]
        })
        .collect();
    let caption = visit.t("已导入的表单", "Imported forms").to_owned();
    card(caption.clone(), table(caption, columns.map(str::to_owned).into(), rows))
}

fn slots(visit: &Visit, imported: &Imported) -> Option<AnyView> {
    if imported.slots.is_empty() {
        return None;
    }
    let items = imported.slots.iter().map(|slot| {
        let (form, field) =
            (slot.form.get(visit.lang).to_owned(), slot.field.get(visit.lang).to_owned());
        let wants =
            format!("{}{}", visit.t("需要表单：", "needs the form "), slot.wants.get(visit.lang));
        view! { <li>{form}" / "{field}" – "<span class="text-muted">{wants}</span></li> }
    });
    let lead = visit.t(
        "这些关联指向没有一起导入的表单。请在设计中为它们指定一个表单，或删除它们。",
        "These associations lead to forms that were not given. Choose a form for each in the designer, or remove them.",
    ).to_owned();
    Some(card(
        visit.t("待指定的关联", "Associations without a form"),
        view! { <p class="mb-2 text-muted">{lead}</p><ul class="list-disc pl-5">{items.collect_view()}</ul> },
    ))
}

/// What was lost, form by form, so that an import of hundreds can be read.
fn lines(visit: &Visit, lines: &[Line]) -> AnyView {
    const OPEN: usize = 3;
    let title = visit.t("未能原样带过来的内容", "What could not be carried over as it was");
    if lines.is_empty() {
        let fine = visit.t("全部内容都已原样导入。", "Everything was carried over.").to_owned();
        return card(title, fine);
    }
    let forms: Vec<&[Line]> = lines.chunk_by(|one, next| one.form == next.form).collect();
    let open = forms.len() <= OPEN;
    let parts = forms.into_iter().filter_map(|lines| {
        let name = lines.first()?.form.get(visit.lang).to_owned();
        let count = lines.len();
        Some(view! {
            <details class="border-b border-base-300 py-2 last:border-b-0" open=open>
                <summary class="cursor-pointer font-medium">{name.clone()}" "<span class="badge badge-sm">{count}</span></summary>
                {of_form(visit, name, lines)}
            </details>
        })
    });
    card(title, parts.collect_view())
}

fn of_form(visit: &Visit, name: String, lines: &[Line]) -> AnyView {
    let columns = [visit.t("字段", "Field"), visit.t("结果", "Outcome"), visit.t("说明", "Note")];
    let tone = |outcome| match outcome {
        Outcome::Replaced => Tone::Info,
        Outcome::Partly => Tone::Warn,
        Outcome::LeftOut => Tone::Bad,
    };
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                if line.label.is_empty() {
                    let whole = visit.t("（整个表单）", "(the form)").to_owned();
                    view! { <span class="text-muted">{whole}</span> }.into_any()
                } else {
                    line.label.get(visit.lang).to_owned().into_any()
                },
                badge(tone(line.outcome), line.outcome.label().get(visit.lang)),
                line.text.get(visit.lang).to_owned().into_any(),
            ]
        })
        .collect();
    table(name, columns.map(str::to_owned).into(), rows)
}
