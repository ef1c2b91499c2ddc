//! One form in the designer: the palette, the form as people will see it, and the properties of what
//! is selected. The selection is part of the URL: `?field=items.price`.

mod act;
mod canvas;
mod choices;
mod columns;
mod list_columns;
mod palette;
mod panel;
mod properties;
mod rows;
mod serial;
mod settings;

use backend::application::design::Design;
use domain::{
    application::{Field, FieldPath, FormDocument, Key, Tree},
    problem::Problem,
    when::When,
};
use leptos::prelude::*;

use super::{
    editing::{self, open},
    findings::Findings,
    frame::{Tab, frame},
    islands::DragOrder,
};
use crate::{
    kit::{Fields, Icon, back, icon},
    page::{Layout, Page, Visit},
};

pub use act::act;

/// What the parts of the page need.
struct Editor {
    visit: Visit,
    design: Design,
    key: Key,
    form: FormDocument,
    findings: Findings,
    /// The field or column that the URL selects, if it is there.
    selected: Option<FieldPath>,
}

/// Shows a form in the designer.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let design = open(&visit).await?;
    let key: Key = visit.param("form")?;
    let form = design.tree.form(key.as_str()).cloned().ok_or_else(no_form)?;
    let title = form.title.get(visit.lang).to_owned();
    let selected = visit.query("field").and_then(|path| path.parse::<FieldPath>().ok());
    let selected = selected.filter(|path| form.at(path).is_some());
    let findings = Findings(design.tree.findings());
    let editor = Editor { visit, design, key, form, findings, selected };
    let page = Page::new(title, move || editor.view()).islands(&["drag_order"]);
    Ok(page.layout(Layout::Wide))
}

fn no_form() -> Problem {
    backend::problem::missing("表单", "form")
}

impl Editor {
    fn t(&self, zh: &str, en: &str) -> String {
        self.visit.t(zh, en).to_owned()
    }

    fn tree(&self) -> &Tree {
        &self.design.tree
    }

    /// The URL of this form, without a selection.
    fn url(&self) -> String {
        format!("/apps/{}/design/forms/{}", self.design.app.id, self.key)
    }

    fn url_of(&self, path: &FieldPath) -> String {
        format!("{}?field={path}#properties", self.url())
    }

    /// Where a field stands in the app, as findings name it.
    fn place(&self, path: &FieldPath) -> String {
        format!("{}.{path}", self.key)
    }

    fn now(&self) -> When {
        When::at(self.visit.now, &self.visit.zone)
    }

    /// The field that is selected, or the sub-table whose column is.
    fn selected_field(&self) -> Option<&Key> {
        self.selected.as_ref().map(|path| path.table.as_ref().unwrap_or(&path.key))
    }

    fn started(&self, fields: &Fields) -> AnyView {
        editing::started(fields, &self.design, &self.key)
    }

    fn label(&self, field: &Field) -> String {
        let label = if field.label.is_empty() { field.kind.label() } else { field.label.clone() };
        label.get(self.visit.lang).to_owned()
    }

    fn view(&self) -> AnyView {
        let chosen = self.selected.is_some();
        let first = if chosen { "max-lg:order-first" } else { "" };
        let content = view! {
            {self.top()}
            <div class="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem] xl:grid-cols-[13rem_minmax(0,1fr)_25rem]">
                <div class="max-xl:order-last">{self.palette()}</div>
                <div class="min-w-0">{self.canvas()}</div>
                <div id="properties" tabindex="-1" class=format!("min-w-0 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-2rem)] lg:overflow-y-auto {first}")>{self.panel()}</div>
            </div>
            <DragOrder root="fields".to_owned()/>
        };
        frame(&self.visit, &self.design.app, self.design.access, Tab::Forms, content)
    }

    fn top(&self) -> AnyView {
        let list = format!("/apps/{}/design", self.design.app.id);
        let used = self.design.access.use_.then(|| {
            let url = format!("/apps/{}/forms/{}/new", self.design.app.id, self.key);
            view! { <a class="btn btn-sm" href=url>{icon(Icon::Eye)}{self.t("试填", "Try it")}</a> }
        });
        let description = self.form.description.get(self.visit.lang).to_owned();
        view! {
            {back(&self.visit, list, self.t("全部表单", "All forms"))}
            <div class="mb-6 flex flex-wrap items-start justify-between gap-4">
                <div class="min-w-0">
                    <h1 class="text-2xl font-semibold tracking-tight">{self.form.title.get(self.visit.lang).to_owned()}</h1>
                    <p class="mt-1 max-w-prose text-muted">{description}</p>
                    {self.findings.at(&self.visit, self.key.as_str())}
                </div>
                <div class="flex flex-wrap gap-2">{used}<a class="btn btn-sm" href=format!("{}?settings=1#properties", self.url())>{icon(Icon::Settings)}{self.t("表单设置", "Form settings")}</a></div>
            </div>
        }
        .into_any()
    }
}
