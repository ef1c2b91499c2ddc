//! The palette: a name and a kind make a field.

use domain::application::FieldKind;
use leptos::prelude::*;

use super::Editor;
use crate::kit::{Field, Fields, Icon, card, form_post, icon};

/// The icon of a kind.
pub fn mark(kind: &FieldKind) -> Icon {
    match kind {
        FieldKind::Text(_) => Icon::Edit,
        FieldKind::MultilineText(_) => Icon::Text,
        FieldKind::Number(_) => Icon::Hash,
        FieldKind::SerialNumber(_) => Icon::Badge,
        FieldKind::Radio(_) => Icon::Dot,
        FieldKind::Checkbox(_) => Icon::Ticked,
        FieldKind::Select(_) => Icon::ChevronDown,
        FieldKind::MultiSelect(_) => Icon::List,
        FieldKind::Date(_) | FieldKind::DateRange(_) => Icon::Calendar,
        FieldKind::Member(_) => Icon::User,
        FieldKind::Attachment(_) => Icon::File,
        FieldKind::Image(_) => Icon::Image,
        FieldKind::SubTable(_) => Icon::Table,
        FieldKind::Association(_) => Icon::Link,
        FieldKind::Divider => Icon::Minus,
    }
}

impl Editor {
    /// Every kind as a button that adds a field behind the selected one.
    pub(super) fn palette(&self) -> AnyView {
        let fields = Fields::of(&self.visit, "add");
        let buttons = FieldKind::palette().into_iter().map(|kind| {
            let label = kind.label().get(self.visit.lang).to_owned();
            view! {
                <button type="submit" class="btn btn-sm justify-start font-normal" name="_do" value=format!("add:{}", kind.code())>{icon(mark(&kind))}<span class="truncate">{label}</span></button>
            }
        });
        let hint = if self.selected.is_some() {
            self.t(
                "填写名称后点一种类型，新字段放在选中的字段之后。",
                "Type a name, then press a kind; the field goes behind the selected one.",
            )
        } else {
            self.t(
                "填写名称后点一种类型，新字段放在最后。",
                "Type a name, then press a kind; the field goes to the end.",
            )
        };
        let form = form_post(
            &fields,
            view! {
                {self.started(&fields)}
                {Field::text("name").bare().label(self.t("字段名称", "Field name")).hint(hint).view(&fields)}
                <div class="grid grid-cols-2 gap-2 xl:grid-cols-1">{buttons.collect_view()}</div>
            },
        );
        card(self.t("添加字段", "Add a field"), form)
    }
}
