//! The inputs of a field's properties, by kind. Their names and values are the domain's
//! (`Field::properties`), so what is shown is what is read.

use domain::{
    application::{
        Access, Association, AssociationTarget, Field as FieldOf, FieldKind, FieldPath, Key,
        TextFormat,
    },
    record::Pairs,
};
use leptos::prelude::*;

use super::Editor;
use crate::kit::{Field, Fields};

/// What the inputs are made from.
pub struct Inputs<'a> {
    pub(super) editor: &'a Editor,
    pub(super) field: &'a FieldOf,
    pub(super) fields: Fields,
    /// What stands in the inputs: what was typed, or the field as it is.
    pub(super) pairs: Pairs,
    column: bool,
}

impl<'a> Inputs<'a> {
    /// The inputs of a field, with what was typed before where the page is shown again.
    pub fn of(editor: &'a Editor, path: &FieldPath, field: &'a FieldOf, fields: Fields) -> Self {
        let pairs = match fields.posted() {
            Some(form) => form.pairs.iter().cloned().collect(),
            None => field.properties(),
        };
        Self { editor, field, fields, pairs, column: path.table.is_some() }
    }

    pub(super) fn t(&self, zh: &str, en: &str) -> String {
        self.editor.t(zh, en)
    }

    /// The kind whose inputs are shown; another of its family once that was chosen.
    fn kind(&self) -> FieldKind {
        let chosen =
            FieldKind::parse(self.pairs.one("kind")).filter(|kind| kind.follows(&self.field.kind));
        match chosen {
            Some(kind) if kind.code() != self.field.kind.code() => kind,
            _ => self.field.kind.clone(),
        }
    }

    /// All inputs.
    pub fn view(&self) -> AnyView {
        let kind = self.kind();
        let divider = kind == FieldKind::Divider;
        let rules = if divider { self.hidden(&["access"]) } else { self.rules() };
        let placeholder = if has_placeholder(&kind) {
            self.pair("placeholder", "占位提示", "Placeholder")
        } else {
            self.hidden(&["placeholder_zh", "placeholder_en"])
        };
        view! {
            {self.pair("label", "名称", "Name")}
            {self.kinds()}
            {self.own(&kind)}
            {rules}
            {self.pair("hint", "提示", "Hint")}
            {placeholder}
        }
        .into_any()
    }

    /// Inputs that this kind does not show keep what they hold.
    fn hidden(&self, names: &[&str]) -> AnyView {
        let inputs = names.iter().map(|name| {
            view! { <input type="hidden" name=(*name).to_owned() value=self.pairs.one(name).to_owned()/> }
        });
        inputs.collect_view().into_any()
    }

    /// A text in both languages, side by side.
    pub(super) fn pair(&self, name: &str, zh: &str, en: &str) -> AnyView {
        let label = |tongue: &str| format!("{}{tongue}", self.editor.visit.t(zh, en));
        let input = |name: String, tongue: String| {
            let value = self.pairs.one(&name).to_owned();
            Field::text(name).label(label(&tongue)).bare().value(value).view(&self.fields)
        };
        view! {
            <div class="grid grid-cols-2 items-end gap-x-3">
                {input(format!("{name}_zh"), self.t("（中文）", " (Chinese)"))}
                {input(format!("{name}_en"), self.t("（英文）", " (English)"))}
            </div>
        }
        .into_any()
    }

    pub(super) fn check(&self, name: &str, zh: &str, en: &str) -> AnyView {
        Field::check(name)
            .label(self.t(zh, en))
            .value(self.pairs.one(name).to_owned())
            .view(&self.fields)
    }

    fn number(&self, name: &str, zh: &str, en: &str, mode: &'static str) -> AnyView {
        let value = self.pairs.one(name).to_owned();
        Field::text(name)
            .label(self.t(zh, en))
            .input_mode(mode)
            .required()
            .value(value)
            .view(&self.fields)
    }

    fn line(&self, name: &str, zh: &str, en: &str) -> AnyView {
        let value = self.pairs.one(name).to_owned();
        Field::text(name).label(self.t(zh, en)).bare().value(value).view(&self.fields)
    }

    pub(super) fn select(
        &self,
        name: &str,
        zh: &str,
        en: &str,
        options: Vec<(String, String)>,
    ) -> AnyView {
        let value = self.pairs.one(name).to_owned();
        Field::select(name, options)
            .label(self.t(zh, en))
            .required()
            .value(value)
            .view(&self.fields)
    }

    /// The kinds it may become without making old records unreadable.
    fn kinds(&self) -> AnyView {
        let mut kinds = self.field.kinds_to_be();
        kinds.retain(|kind| !self.column || kind.fits_sub_table());
        if kinds.len() < 2 {
            return self.hidden(&["kind"]);
        }
        let lang = self.editor.visit.lang;
        let options =
            kinds.iter().map(|kind| (kind.code().to_owned(), kind.label().get(lang).to_owned()));
        self.select("kind", "类型", "Kind", options.collect())
    }

    /// Required, and who may see it.
    fn rules(&self) -> AnyView {
        let lang = self.editor.visit.lang;
        let accesses = Access::ALL
            .iter()
            .map(|access| (access.code().to_owned(), access.label().get(lang).to_owned()));
        view! {
            {self.check("required", "必填", "Required")}
            {self.select("access", "状态", "Access", accesses.collect())}
        }
        .into_any()
    }

    /// What only this kind has.
    fn own(&self, kind: &FieldKind) -> AnyView {
        let lang = self.editor.visit.lang;
        match kind {
            FieldKind::Text(_) => {
                let formats = TextFormat::ALL.iter().map(|format| (format.code().to_owned(), format.label().get(lang).to_owned()));
                view! {
                    <div class="grid grid-cols-2 gap-x-3">
                        {self.number("max_length", "最大长度", "Maximum length", "numeric")}
                        {self.select("format", "格式", "Format", formats.collect())}
                    </div>
                    {self.line("default", "默认值", "Default")}
                }
                .into_any()
            }
            FieldKind::MultilineText(_) => view! {
                <div class="grid grid-cols-2 gap-x-3">
                    {self.number("max_length", "最大长度", "Maximum length", "numeric")}
                    {self.number("rows", "显示行数", "Lines shown", "numeric")}
                </div>
                {Field::area("default", 3).bare().label(self.t("默认值", "Default")).value(self.pairs.one("default").to_owned()).view(&self.fields)}
            }
            .into_any(),
            FieldKind::Number(_) => view! {
                {self.pair("unit", "单位", "Unit")}
                <div class="grid grid-cols-2 gap-x-3">
                    {self.number("decimals", "小数位数", "Decimals", "numeric")}
                    {self.line("default", "默认值", "Default")}
                    {self.line("min", "最小值", "Minimum")}
                    {self.line("max", "最大值", "Maximum")}
                </div>
                {self.check("thousands", "显示千分位", "Group by thousands")}
            }
            .into_any(),
            FieldKind::SerialNumber(_) => self.serial(),
            FieldKind::Radio(_) | FieldKind::Select(_) => self.options(true),
            FieldKind::Checkbox(_) | FieldKind::MultiSelect(_) => self.options(false),
            FieldKind::Date(_) => view! {
                {self.check("with_time", "包含时间", "With the time of day")}
                {self.date_default("default", "默认值", "Default")}
            }
            .into_any(),
            FieldKind::DateRange(_) => view! {
                {self.check("with_time", "包含时间", "With the time of day")}
                {self.date_default("default_from", "默认开始", "Start by default")}
                {self.date_default("default_to", "默认结束", "End by default")}
            }
            .into_any(),
            // Accounts never travel with an app (Source: ORD-4), so the one person that a default
            // can name is whoever fills in.
            FieldKind::Member(_) => view! {
                {self.check("multiple", "可选多人", "Several people")}
                {self.check("default_self", "默认为填写人", "Whoever fills in, by default")}
            }
            .into_any(),
            // From here on nothing has a default: files and records are those of one organisation
            // (Source: ORD-4), and the rows of a sub-table begin with the defaults of its columns.
            FieldKind::Attachment(_) | FieldKind::Image(_) => view! {
                <div class="grid grid-cols-2 gap-x-3">
                    {self.number("max_count", "最多文件数", "Files at most", "numeric")}
                    {self.number("max_mb", "每个最大（MB）", "Each at most (MB)", "decimal")}
                </div>
            }
            .into_any(),
            FieldKind::SubTable(_) => view! {
                <div class="grid grid-cols-2 gap-x-3">
                    {self.number("min_rows", "最少行数", "Rows at least", "numeric")}
                    {self.number("max_rows", "最多行数", "Rows at most", "numeric")}
                </div>
            }
            .into_any(),
            FieldKind::Association(association) => self.association(association),
            FieldKind::Divider => ().into_any(),
        }
    }

    fn date_default(&self, name: &str, zh: &str, en: &str) -> AnyView {
        let modes = [
            ("empty", "不填", "Nothing"),
            ("today", "填写当天", "The day of filling in"),
            ("fixed", "固定日期", "A fixed date"),
        ]
        .map(|(code, zh, en)| (code.to_owned(), self.t(zh, en)));
        let kind = if self.pairs.has("with_time", "on") { "datetime-local" } else { "date" };
        let fixed = self.pairs.one(name).to_owned();
        view! {
            <div class="grid grid-cols-2 gap-x-3">
                {self.select(&format!("{name}_mode"), zh, en, modes.to_vec())}
                {Field::input(name, kind).bare().label(self.t("固定日期", "Fixed date")).value(fixed).view(&self.fields)}
            </div>
        }
        .into_any()
    }

    fn association(&self, held: &Association) -> AnyView {
        let lang = self.editor.visit.lang;
        let target = match &held.target {
            // Once records refer to a form, the field leads there for good.
            AssociationTarget::Form(key) => {
                let form = self.editor.tree().form(key.as_str());
                let title =
                    form.map_or_else(|| key.to_string(), |form| form.title.get(lang).to_owned());
                view! {
                    <input type="hidden" name="target" value=key.to_string()/>
                    <div class="mb-5"><p class="font-medium">{self.t("关联的表单", "Associated form")}</p><p>{title}</p>
                        <p class="text-sm text-muted">{self.t("已有记录引用它，不能更换。", "Records refer to it, so it stays.")}</p></div>
                }
                .into_any()
            }
            AssociationTarget::Slot(_) => {
                let nothing = (String::new(), self.t("请选择", "Choose a form"));
                let forms = self.editor.tree().forms().into_iter();
                let forms =
                    forms.map(|(key, form)| (key.to_string(), form.title.get(lang).to_owned()));
                let options = std::iter::once(nothing).chain(forms).collect();
                self.select("target", "关联的表单", "Associated form", options)
            }
        };
        view! { {target}{self.display(held)}{self.check("multiple", "可选多条记录", "Several records")} }.into_any()
    }

    /// The fields by which people recognise a record of the other form.
    fn display(&self, held: &Association) -> AnyView {
        let form = held.target.form().and_then(|key| self.editor.tree().form(key.as_str()));
        let Some(form) = form else { return ().into_any() };
        let chosen = self.pairs.all("display");
        let listed: Vec<&FieldOf> = chosen.iter().filter_map(|key| form.field(key)).collect();
        let others = form.value_fields().filter(|field| !chosen.contains(&field.key.to_string()));
        let others = others.filter(|field| {
            !matches!(
                field.kind,
                FieldKind::SubTable(_) | FieldKind::Image(_) | FieldKind::Attachment(_)
            )
        });
        let boxes = listed.iter().copied().chain(others).map(|field| {
            let key: &Key = &field.key;
            let on = self.pairs.has("display", key.as_str());
            view! {
                <label class="flex cursor-pointer items-center gap-2 py-0.5"><input type="checkbox" class="checkbox checkbox-primary checkbox-sm" name="display" value=key.to_string() checked=on/>{self.editor.label(field)}</label>
            }
        });
        view! {
            <fieldset class="mb-5" id="f-field-display"><legend class="mb-1 font-medium">{self.t("显示字段", "Fields shown")}</legend>
                <p class="mb-1 text-sm text-muted">{self.t("凭这些字段认出一条记录；不选则用流水号和第一个文本。", "People recognise a record by these; with none chosen by its serial number and first text.")}</p>
                {boxes.collect_view()}</fieldset>
        }
        .into_any()
    }

    /// The sentence at an input that is not one of the kit's.
    pub(super) fn error(&self, name: &str) -> AnyView {
        let error = self.fields.error(name);
        let fine = error.is_none();
        view! { <p class="mt-1 text-sm text-error" data-error-for=name.to_owned() hidden=fine>{error}</p> }.into_any()
    }

    /// A button that only changes the inputs; the page comes back at `anchor`.
    pub(super) fn plain(
        &self,
        command: String,
        class: &'static str,
        label: String,
        content: impl IntoView + 'static,
        anchor: &str,
    ) -> AnyView {
        let action = format!("{}#{anchor}", self.editor.visit.here());
        view! { <button type="submit" class=class name="_do" value=command data-plain="true" formaction=action title=label.clone() aria-label=label>{content.into_any()}</button> }.into_any()
    }
}

fn has_placeholder(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Text(_)
            | FieldKind::MultilineText(_)
            | FieldKind::Number(_)
            | FieldKind::Select(_)
            | FieldKind::MultiSelect(_)
            | FieldKind::Date(_)
            | FieldKind::Member(_)
            | FieldKind::Association(_)
    )
}
