//! The form's own properties: its name, a sentence about it, the record list, and its removal.

use leptos::prelude::*;

use super::Editor;
use crate::kit::{Field, Fields, actions, card, confirm_button, form_post};

impl Editor {
    /// The panel while no field is selected.
    pub(super) fn settings(&self) -> AnyView {
        view! { {self.naming()}{self.list_columns()}{self.form_removal()} }.into_any()
    }

    fn naming(&self) -> AnyView {
        let fields = Fields::of(&self.visit, "form");
        let (title, about) = (&self.form.title, &self.form.description);
        let form = form_post(
            &fields,
            view! {
                {self.started(&fields)}
                <div class="grid grid-cols-2 gap-x-3">
                    {Field::text("title_zh").label(self.t("名称（中文）", "Name (Chinese)")).required().value(title.zh.as_ref()).view(&fields)}
                    {Field::text("title_en").label(self.t("名称（英文）", "Name (English)")).required().value(title.en.as_ref()).view(&fields)}
                </div>
                {Field::area("description_zh", 2).bare().label(self.t("说明（中文）", "Description (Chinese)")).value(about.zh.as_ref()).view(&fields)}
                {Field::area("description_en", 2).bare().label(self.t("说明（英文）", "Description (English)")).value(about.en.as_ref()).view(&fields)}
                {actions(Field::submit("rename", self.t("保存", "Save")))}
            },
        );
        card(self.t("表单设置", "Form settings"), form)
    }

    fn form_removal(&self) -> AnyView {
        let fields = Fields::of(&self.visit, "remove-form");
        let question = self.t(
            "移除后表单不再出现在应用中，它的记录也不再能打开。",
            "The form then disappears from the app, and its records can no longer be opened.",
        );
        let form = form_post(
            &fields,
            view! {
                {self.started(&fields)}
                {confirm_button(self.t("移除表单", "Remove the form"), question, Field::danger("remove-form", self.t("确认移除", "Remove it")))}
            },
        );
        card("", form)
    }
}
