//! The columns of a sub-table: the same as a form's fields, within the table's panel.

use domain::application::{FieldKind, FieldPath, Key, SubTable};
use leptos::prelude::*;

use super::Editor;
use crate::{
    design::{
        islands::DragOrder,
        order::{grip, movers, steps},
    },
    kit::{Field, Fields, card, form_post, icon},
};

impl Editor {
    /// The columns in their order, those that were removed, and a way to add one.
    pub(super) fn columns(&self, key: &Key, table: &SubTable) -> AnyView {
        let fields = Fields::of(&self.visit, "columns");
        let count = table.columns.len();
        let lines = table.columns.iter().enumerate().map(|(place, column)| {
            let path = FieldPath::column(key.clone(), column.key.clone());
            let label = self.label(column);
            let (up, down) = steps(place, count, |to| format!("move:{path}:{to}"));
            let must = column.required.then(|| view! { <span class="text-error" aria-hidden="true">" *"</span> });
            view! {
                <li data-move=format!("move:{path}:{{index}}") class="rounded-field border border-base-300 px-2 py-1.5">
                    <div class="flex items-center gap-2">
                        {grip()}<span class="text-muted">{icon(super::palette::mark(&column.kind))}</span>
                        <a class="min-w-0 flex-1 font-medium hover:underline" href=self.url_of(&path)>{label.clone()}{must}</a>
                        {self.marks(column)}
                        {movers(&self.visit, &label, up, down)}
                    </div>
                    {self.findings.at(&self.visit, &self.place(&path))}
                </li>
            }
        });
        let nothing = table.columns.is_empty().then(|| {
            view! { <p class="text-sm text-muted">{self.t("还没有列，在下面添加。", "No columns yet; add one below.")}</p> }
        });
        let list = form_post(
            &fields,
            view! {
                <input type="hidden" name="_do" value="" data-command="true"/>
                {self.started(&fields)}
                {nothing}
                <ul id="columns" data-list="" class="flex flex-col gap-2">{lines.collect_view()}</ul>
                {self.retired(Some(key), &table.retired)}
            },
        );
        let content = view! { {list}<DragOrder root="columns".to_owned()/><div class="mt-4 border-t border-base-300 pt-4">{self.add_column(key)}</div> };
        card(self.t("子表单的列", "Columns of the sub-table"), content)
    }

    fn add_column(&self, key: &Key) -> AnyView {
        let fields = Fields::of(&self.visit, "add-column");
        let lang = self.visit.lang;
        let kinds = FieldKind::palette().into_iter().filter(FieldKind::fits_sub_table);
        let kinds = kinds.map(|kind| (kind.code().to_owned(), kind.label().get(lang).to_owned()));
        form_post(
            &fields,
            view! {
                {self.started(&fields)}
                <input type="hidden" name="table" value=key.to_string()/>
                <div class="grid grid-cols-2 gap-x-3">
                    {Field::text("name").label(self.t("列名称", "Column name")).required().view(&fields)}
                    {Field::select("column_kind", kinds.collect()).label(self.t("类型", "Kind")).required().value("text").view(&fields)}
                </div>
                {Field::button("add-column", self.t("添加列", "Add column"))}
            },
        )
    }
}
