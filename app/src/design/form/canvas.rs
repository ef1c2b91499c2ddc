//! The form as people will see it, each field with its place, its state and what is wrong with it.

use domain::application::{Access, Field, FieldKind, FieldPath};
use leptos::prelude::*;

use super::Editor;
use crate::{
    design::{
        islands::LivePreview,
        order::{grip, movers, steps},
        preview,
    },
    kit::{Fields, Icon, Tone, badge, empty, form_post, icon},
};

impl Editor {
    /// The fields in their order, and below them those that were removed.
    pub(super) fn canvas(&self) -> AnyView {
        let fields = Fields::of(&self.visit, "order");
        let count = self.form.fields.len();
        let lines = self
            .form
            .fields
            .iter()
            .enumerate()
            .map(|(place, field)| self.line(field, place, count));
        let list = if count == 0 {
            let lead = self.t(
                "给字段起个名称，再选一种类型。",
                "Give the first field a name and pick its kind.",
            );
            empty(
                Icon::Clipboard,
                self.t("表单还没有字段", "This form has no fields yet"),
                lead,
                (),
            )
        } else {
            view! { <ul id="fields" data-list="" class="flex flex-col gap-2">{lines.collect_view()}</ul> }.into_any()
        };
        form_post(
            &fields,
            view! {
                <input type="hidden" name="_do" value="" data-command="true"/>
                {self.started(&fields)}
                {list}
                {self.retired(None, &self.form.retired)}
            },
        )
    }

    fn line(&self, field: &Field, place: usize, count: usize) -> AnyView {
        let path = FieldPath::field(field.key.clone());
        let label = self.label(field);
        let here = self.selected_field() == Some(&field.key);
        let (up, down) = steps(place, count, |to| format!("move:{path}:{to}"));
        let ring = if here {
            "border-primary ring-2 ring-primary/30"
        } else {
            "border-base-300 hover:border-base-content/40"
        };
        let seen = if here && self.selected.as_ref() == Some(&path) {
            view! { <LivePreview field=field.clone() lang=self.visit.lang now=self.now() form="field".to_owned()/> }.into_any()
        } else {
            preview::field(field, self.visit.lang, self.now())
        };
        let open = format!(" {} {label}", self.visit.t("编辑", "Edit"));
        view! {
            <li data-move=format!("move:{path}:{{index}}") data-field=path.to_string() class=format!("relative rounded-box border bg-base-100 p-3 {ring}")>
                <div class="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
                    {grip()}
                    <a class="flex items-center gap-1 font-medium after:absolute after:inset-0 after:rounded-box" href=self.url_of(&path) aria-current=here.then_some("true")>{icon(super::palette::mark(&field.kind))}{field.kind.label().get(self.visit.lang).to_owned()}<span class="sr-only">{open}</span></a>
                    {self.marks(field)}
                    <span class="ml-auto">{movers(&self.visit, &label, up, down)}</span>
                </div>
                {seen}
                {self.problems(field, &path)}
            </li>
        }
        .into_any()
    }

    /// Whether it is read-only or hidden, in a word.
    pub(super) fn marks(&self, field: &Field) -> Option<AnyView> {
        (field.access != Access::Normal)
            .then(|| badge(Tone::Quiet, field.access.label().get(self.visit.lang)))
    }

    /// What is wrong with the field or one of its columns.
    fn problems(&self, field: &Field, path: &FieldPath) -> AnyView {
        let own = self.findings.at(&self.visit, &self.place(path));
        let columns = match &field.kind {
            FieldKind::SubTable(table) => table.columns.as_slice(),
            _ => &[],
        };
        let columns = columns.iter().map(|column| {
            let path = FieldPath::column(field.key.clone(), column.key.clone());
            self.findings.at(&self.visit, &self.place(&path))
        });
        view! { {own}{columns.collect_view()} }.into_any()
    }

    /// Fields or columns that were removed, with the way back.
    pub(super) fn retired(
        &self,
        table: Option<&domain::application::Key>,
        retired: &[Field],
    ) -> Option<AnyView> {
        (!retired.is_empty()).then(|| {
            let title = format!("{} ({})", self.t("已移除的字段", "Removed fields"), retired.len());
            let lines = retired.iter().map(|field| {
                let path = match table {
                    Some(table) => FieldPath::column(table.clone(), field.key.clone()),
                    None => FieldPath::field(field.key.clone()),
                };
                let kind = field.kind.label().get(self.visit.lang).to_owned();
                let label = self.label(field);
                let back = format!("{} {label}", self.visit.t("恢复", "Restore"));
                view! {
                    <li class="flex flex-wrap items-center gap-3 py-1"><span class="min-w-0 flex-1">{label}</span><span class="text-sm text-muted">{kind}</span>
                        <button type="submit" class="btn btn-sm" name="_do" value=format!("restore:{path}") aria-label=back>{icon(Icon::Refresh)}{self.t("恢复", "Restore")}</button></li>
                }
            });
            view! {
                <details class="mt-4 panel p-3">
                    <summary class="text-sm font-medium">{title}</summary>
                    <p class="mt-2 text-sm text-muted">{self.t("旧记录仍保留它们的内容；恢复后内容随之回来。", "Old records keep what they hold; restored, it is back.")}</p>
                    <ul class="mt-2 flex flex-col">{lines.collect_view()}</ul>
                </details>
            }
            .into_any()
        })
    }
}
