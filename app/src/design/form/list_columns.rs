//! Which fields the record list shows, and in which order.

use domain::application::{FieldKind, FormDocument, Key};
use leptos::prelude::*;

use super::Editor;
use crate::{
    design::{
        islands::DragOrder,
        order::{grip, movers, steps},
    },
    kit::{Field, Fields, Icon, card, form_post, icon},
};

/// The columns that are shown now, chosen or not.
pub fn shown(form: &FormDocument) -> Vec<Key> {
    form.list_columns().into_iter().map(|field| field.key.clone()).collect()
}

impl Editor {
    /// The columns of the record list.
    pub(super) fn list_columns(&self) -> AnyView {
        let fields = Fields::of(&self.visit, "list");
        let columns = self.form.list_columns();
        let count = columns.len();
        let lines = columns.iter().enumerate().map(|(place, field)| {
            let (key, label) = (&field.key, self.label(field));
            let (up, down) = steps(place, count, |to| format!("list-move:{key}:{to}"));
            let remove = format!("{} {label}", self.visit.t("不显示", "Do not show"));
            view! {
                <li data-move=format!("list-move:{key}:{{index}}") class="flex items-center gap-2 rounded-field border border-base-300 px-2 py-1">
                    {grip()}<span class="min-w-0 flex-1">{label.clone()}</span>
                    {movers(&self.visit, &label, up, down)}
                    <button type="submit" class="btn btn-ghost btn-xs btn-square" name="_do" value=format!("list-remove:{key}") title=remove.clone() aria-label=remove>{icon(Icon::X)}</button>
                </li>
            }
        });
        let others =
            self.form.value_fields().filter(|field| !matches!(field.kind, FieldKind::SubTable(_)));
        let others = others.filter(|field| !columns.iter().any(|column| column.key == field.key));
        let others: Vec<_> =
            others.map(|field| (field.key.to_string(), self.label(field))).collect();
        let add = (!others.is_empty()).then(|| view! {
            <div class="mt-4">
                {Field::select("column", others).label(self.t("再显示一列", "Show another column")).required().view(&fields)}
                {Field::button("list-add", self.t("加入列表", "Add to the list"))}
            </div>
        });
        let lead = if self.form.columns.is_empty() {
            self.t(
                "尚未指定，列表显示最前面的几个字段。",
                "Not chosen yet: the list shows the first fields.",
            )
        } else {
            self.t(
                "记录列表按这里的顺序显示这些字段。",
                "The record list shows these fields in this order.",
            )
        };
        let reset = (!self.form.columns.is_empty()).then(|| {
            view! { <div class="mt-3">{Field::button("list-reset", self.t("恢复自动选择", "Choose automatically again"))}</div> }
        });
        let form = form_post(
            &fields,
            view! {
                <input type="hidden" name="_do" value="" data-command="true"/>
                {self.started(&fields)}
                <p class="mb-2 text-sm text-muted">{lead}</p>
                <ul id="list-columns" data-list="" class="flex flex-col gap-2">{lines.collect_view()}</ul>
                {add}{reset}
            },
        );
        card(
            self.t("列表列", "List columns"),
            view! { {form}<DragOrder root="list-columns".to_owned()/> },
        )
    }
}
