//! The panel beside the form: the properties of the selected field, or the form's own.

use domain::application::{Field as FieldOf, FieldKind, FieldPath};
use leptos::prelude::*;

use super::{Editor, properties::Inputs};
use crate::kit::{Field, Fields, Icon, actions, card, confirm_button, form_post, icon};

impl Editor {
    /// The properties of what is selected.
    pub(super) fn panel(&self) -> AnyView {
        let selected = self.selected.as_ref().and_then(|path| Some((path, self.form.at(path)?)));
        match selected {
            Some((path, field)) => self.field_panel(path, field),
            None => self.settings(),
        }
    }

    fn field_panel(&self, path: &FieldPath, field: &FieldOf) -> AnyView {
        let back = path.table.as_ref().and_then(|table| self.form.field(table.as_str())).map(|table| {
            let url = self.url_of(&FieldPath::field(table.key.clone()));
            let label = format!("{} {}", self.visit.t("回到", "Back to"), self.label(table));
            view! { <a class="mb-3 inline-flex items-center gap-1 text-sm text-muted hover:underline" href=url>{icon(Icon::ChevronLeft)}{label}</a> }
        });
        let columns = match &field.kind {
            FieldKind::SubTable(table) => Some(self.columns(&field.key, table)),
            _ => None,
        };
        let title = format!("{} · {}", self.label(field), field.kind.label().get(self.visit.lang));
        view! {
            {back}
            {card(title, view! { {self.field_form(path, field)}{self.removal(path, field)} })}
            {columns}
        }
        .into_any()
    }

    fn field_form(&self, path: &FieldPath, field: &FieldOf) -> AnyView {
        let fields = Fields::of(&self.visit, "field");
        let inputs = Inputs::of(self, path, field, fields.clone()).view();
        form_post(
            &fields,
            view! {
                // The enter key presses a form's first button, which must not be one that moves a row.
                <button type="submit" name="_do" value="save" class="sr-only" tabindex="-1" aria-hidden="true">{self.t("保存", "Save")}</button>
                {self.started(&fields)}
                {self.findings.at(&self.visit, &self.place(path))}
                <div class="mt-2">{inputs}</div>
                {actions(Field::submit("save", self.t("保存", "Save")))}
            },
        )
    }

    fn removal(&self, path: &FieldPath, field: &FieldOf) -> AnyView {
        let fields = Fields::of(&self.visit, "remove");
        let question = self.t(
            "移除后新记录不再填写它；旧记录仍保留内容，也可以恢复这个字段。",
            "New records no longer have it; old ones keep what they hold, and the field can be restored.",
        );
        let label = format!("{} {}", self.visit.t("移除", "Remove"), self.label(field));
        let form = form_post(
            &fields,
            view! {
                {self.started(&fields)}
                {confirm_button(self.t("移除字段", "Remove field"), question, Field::danger(&format!("remove:{path}"), label))}
            },
        );
        view! { <div class="mt-6 border-t border-base-300 pt-4">{form}</div> }.into_any()
    }
}
