//! The inputs of a form, made from its document and what stands in them. They work without scripts;
//! the island beside them checks while typing, by the same rules as the server.

use backend::record::{NameBook, Room};
use domain::{
    application::{
        Access, Choices, Field, FieldKind, FieldPath, FormDocument, Key, SubTable, TextFormat,
    },
    identity::ApplicationId,
    problem::Problem,
    record::{Filling, OTHER, Pairs, ROW, RecordValues, Value, encode, held_rows, shown},
    when::When,
};
use leptos::prelude::*;

use super::{
    islands::LiveForm,
    picker::{self, Offers},
};
use crate::{
    kit::{Fields, Icon, area_content, icon},
    page::Visit,
};

/// Everything needed to draw a form's inputs.
pub struct Filled<'a> {
    /// Who looks at it.
    pub visit: &'a Visit,
    /// The app.
    pub app: ApplicationId,
    /// The form's key.
    pub key: Key,
    /// The form.
    pub form: &'a FormDocument,
    /// What stands in the inputs.
    pub pairs: &'a Pairs,
    /// The names of what is chosen.
    pub names: &'a NameBook,
    /// What can be chosen.
    pub offers: &'a Offers,
    /// The problems.
    pub fields: &'a Fields,
    /// What the record holds, or begins with, for fields that nobody may change.
    pub before: Option<&'a RecordValues>,
}

/// The rules that the browser checks by.
pub struct LiveRules {
    filling: Filling<'static>,
    before: Option<RecordValues>,
}

impl LiveRules {
    /// The rules for this person and this moment, where the record held what people saw `before`.
    pub async fn of(
        visit: &Visit,
        room: &Room,
        before: Option<RecordValues>,
    ) -> Result<Self, Problem> {
        let filling = backend::record::filling(visit.backend(), &visit.actor, room).await?;
        Ok(Self { filling, before })
    }

    /// The island that checks while typing.
    pub fn island(&self, visit: &Visit, room: &Room) -> AnyView {
        let Filling { now, me, .. } = self.filling;
        view! {
            <LiveForm form=room.form.clone() now=now me=me before=self.before.clone() lang=visit.lang/>
        }
        .into_any()
    }
}

/// A form as people will see it, with nothing filled in; for the designer.
pub fn preview(visit: &Visit, app: ApplicationId, key: &Key, form: &FormDocument) -> AnyView {
    let now = When::at(visit.now, &visit.zone);
    let filling = Filling { now, me: None, before: None };
    let pairs = encode(form, &domain::record::initial(form, &filling));
    let (names, offers) = (NameBook::default(), Offers::default());
    let fields = Fields::of(visit, "preview");
    let filled = Filled {
        visit,
        app,
        key: key.clone(),
        form,
        pairs: &pairs,
        names: &names,
        offers: &offers,
        fields: &fields,
        before: None,
    };
    view! { <fieldset disabled class="min-w-0" data-preview="true">{filled.view()}</fieldset> }
        .into_any()
}

impl Filled<'_> {
    fn t(&self, zh: &str, en: &str) -> String {
        self.visit.t(zh, en).to_owned()
    }

    /// All inputs in the order of the form.
    pub fn view(&self) -> AnyView {
        let controls = self.form.seen_fields().map(|field| {
            let path = FieldPath::field(field.key.clone());
            let held = self.before.and_then(|before| before.get(field.key.as_str()));
            self.field(field, &path, &format!("f.{}", field.key), held)
        });
        view! { <div class="grid grid-cols-1 gap-x-8 md:grid-cols-2">{controls.collect_view()}</div> }.into_any()
    }

    fn field(&self, field: &Field, path: &FieldPath, name: &str, held: Option<&Value>) -> AnyView {
        let label = field.label.get(self.visit.lang).to_owned();
        if field.kind == FieldKind::Divider {
            let hint = field.hint.get(self.visit.lang).to_owned();
            let hint = (!hint.is_empty())
                .then(|| view! { <p class="col-span-full mb-4 text-sm text-muted">{hint}</p> });
            return view! { <h2 class="col-span-full mt-2 mb-4 border-b border-base-300 pb-2 font-semibold">{label}</h2>{hint} }.into_any();
        }
        let id = Self::id(name);
        let hint = field.hint.get(self.visit.lang).to_owned();
        let hint = (!hint.is_empty()).then(
            || view! { <p class="mt-1 text-sm text-muted" id=format!("{id}-hint")>{hint}</p> },
        );
        let must = (field.required && Self::is_open(field)).then(|| {
            view! { <span class="text-error" aria-hidden="true">" *"</span><span class="sr-only">{self.t("（必填）", " (required)")}</span> }
        });
        self.fields.call(name, label.clone());
        let error = self.error(name);
        let wide = matches!(field.kind, FieldKind::SubTable(_) | FieldKind::MultilineText(_));
        let grouped = matches!(
            field.kind,
            FieldKind::Radio(_)
                | FieldKind::Checkbox(_)
                | FieldKind::MultiSelect(_)
                | FieldKind::DateRange(_)
                | FieldKind::SubTable(_)
                | FieldKind::Attachment(_)
                | FieldKind::Image(_)
        ) || (matches!(field.kind, FieldKind::Member(_) | FieldKind::Association(_))
            && field.kind.is_multiple())
            || !Self::is_open(field);
        let control = self.control(field, path, name, &id, held);
        if grouped {
            view! {
                <fieldset class="mb-5 min-w-0" class:col-span-full=wide id=id tabindex="-1"><legend class="mb-1 font-medium">{label}{must}</legend>{control}{hint}{error}</fieldset>
            }
            .into_any()
        } else {
            view! {
                <div class="mb-5 min-w-0" class:col-span-full=wide><label class="mb-1 block font-medium" for=id>{label}{must}</label>{control}{hint}{error}</div>
            }
            .into_any()
        }
    }

    fn id(name: &str) -> String {
        format!("f-save-{name}")
    }

    fn error(&self, name: &str) -> AnyView {
        let error = self.fields.error(name);
        let fine = error.is_none();
        view! { <p id=format!("{}-error", Self::id(name)) class="mt-1 text-sm text-error" data-error-for=name.to_owned() hidden=fine>{error}</p> }.into_any()
    }

    /// Whether people fill it in.
    fn is_open(field: &Field) -> bool {
        field.access == Access::Normal && !matches!(field.kind, FieldKind::SerialNumber(_))
    }

    /// The control alone, without its label, as in a cell of a sub-table; `held` is what the record
    /// holds there, or begins with.
    fn control(
        &self,
        field: &Field,
        path: &FieldPath,
        name: &str,
        id: &str,
        held: Option<&Value>,
    ) -> AnyView {
        if !Self::is_open(field) {
            return self.closed(field, held);
        }
        match &field.kind {
            FieldKind::Text(kind) => {
                let (kind, mode) = match kind.format {
                    TextFormat::Email => ("email", Some("email")),
                    TextFormat::Phone => ("tel", Some("tel")),
                    TextFormat::Url => ("url", Some("url")),
                    TextFormat::Postcode => ("text", Some("numeric")),
                    _ => ("text", None),
                };
                self.input(field, name, id, kind, mode)
            }
            FieldKind::MultilineText(kind) => self.area(field, name, id, kind.rows),
            FieldKind::Number(kind) => {
                let unit = kind.unit.get(self.visit.lang).to_owned();
                let input = self.input(field, name, id, "text", Some("decimal"));
                let unit = (!unit.is_empty())
                    .then(|| view! { <span class="text-muted whitespace-nowrap">{unit}</span> });
                view! { <div class="flex items-center gap-2">{input}{unit}</div> }.into_any()
            }
            FieldKind::Radio(_) => self.ticks(field, name, "radio"),
            FieldKind::Checkbox(_) | FieldKind::MultiSelect(_) => {
                self.ticks(field, name, "checkbox")
            }
            FieldKind::Select(choices) => self.select(field, choices, name, id),
            FieldKind::Date(kind) => self.input(
                field,
                name,
                id,
                if kind.with_time { "datetime-local" } else { "date" },
                None,
            ),
            FieldKind::DateRange(kind) => {
                self.range(name, if kind.with_time { "datetime-local" } else { "date" })
            }
            FieldKind::Association(to) if to.target.form().is_none() => {
                let text = self.t(
                    "关联的表单尚未指定，暂不能填写",
                    "No form is linked yet, so there is nothing to choose",
                );
                view! { <p class="min-h-6 py-1 text-muted">{text}</p> }.into_any()
            }
            FieldKind::Member(_) | FieldKind::Association(_) => {
                picker::control(self, field, path, name, id)
            }
            FieldKind::Attachment(_) => self.files(name, id, ""),
            FieldKind::Image(_) => self.files(name, id, "image/*"),
            FieldKind::SubTable(table) => self.table(field, table),
            FieldKind::SerialNumber(_) | FieldKind::Divider => ().into_any(),
        }
    }

    /// What nobody fills in: a serial number, or a field that is read-only.
    fn closed(&self, field: &Field, held: Option<&Value>) -> AnyView {
        let text = match (held, &field.kind) {
            (Some(value), _) => shown(Some(field), value, self.visit.lang, self.names),
            (None, FieldKind::SerialNumber(_)) => {
                self.t("保存后自动生成", "Given when the record is saved")
            }
            (None, _) => "–".to_owned(),
        };
        view! { <p class="min-h-6 py-1 text-muted">{text}</p> }.into_any()
    }

    fn input(
        &self,
        field: &Field,
        name: &str,
        id: &str,
        kind: &'static str,
        mode: Option<&'static str>,
    ) -> AnyView {
        let invalid = self.fields.error(name).is_some().then_some("true");
        let required = field.required.then_some("true");
        view! {
            <input id=id.to_owned() name=name.to_owned() type=kind inputmode=mode class="input w-full" value=self.pairs.one(name).to_owned() autocomplete="off"
                placeholder=field.placeholder.get(self.visit.lang).to_owned() aria-invalid=invalid aria-required=required aria-describedby=format!("{id}-hint {id}-error")/>
        }
        .into_any()
    }

    fn area(&self, field: &Field, name: &str, id: &str, rows: u8) -> AnyView {
        let invalid = self.fields.error(name).is_some().then_some("true");
        view! {
            <textarea id=id.to_owned() name=name.to_owned() rows=rows.max(2).to_string() class="textarea w-full" placeholder=field.placeholder.get(self.visit.lang).to_owned()
                aria-invalid=invalid aria-describedby=format!("{id}-hint {id}-error") inner_html=area_content(self.pairs.one(name))></textarea>
        }
        .into_any()
    }

    /// The options that are offered, and those that are held though no longer offered.
    fn options<'c>(
        &self,
        choices: &'c Choices,
        name: &str,
    ) -> Vec<&'c domain::application::Choice> {
        let held = |option: &domain::application::Choice| self.pairs.has(name, option.key.as_str());
        choices.options.iter().filter(|option| !option.retired || held(option)).collect()
    }

    /// Whether something else can be typed in, or is held though it no longer can.
    fn offers_other(&self, choices: &Choices, name: &str) -> bool {
        choices.other || self.pairs.has(name, OTHER)
    }

    fn ticks(&self, field: &Field, name: &str, kind: &'static str) -> AnyView {
        let Some(choices) = field.kind.choices() else { return ().into_any() };
        let placeholder = field.placeholder.get(self.visit.lang).to_owned();
        let lead = (!placeholder.is_empty())
            .then(|| view! { <p class="text-sm text-muted">{placeholder}</p> });
        let class = if kind == "radio" {
            "radio radio-primary radio-sm"
        } else {
            "checkbox checkbox-primary checkbox-sm"
        };
        let tick = |value: &str, label: String| {
            let (value, checked) = (value.to_owned(), self.pairs.has(name, value));
            view! {
                <label class="flex min-h-9 cursor-pointer items-center gap-2"><input type=kind class=class name=name.to_owned() value=value checked=checked/><span>{label}</span></label>
            }
        };
        let options = self
            .options(choices, name)
            .into_iter()
            .map(|option| tick(option.key.as_str(), option.label.get(self.visit.lang).to_owned()))
            .collect_view();
        let other = self.offers_other(choices, name).then(|| view! {
            <div class="flex items-center gap-2">{tick(OTHER, self.t("其他", "Other"))}{self.other(name)}</div>
        });
        view! { {lead}<div class="flex flex-wrap gap-x-6 gap-y-1">{options}{other}</div> }
            .into_any()
    }

    fn other(&self, name: &str) -> AnyView {
        let name = format!("{name}.other");
        view! {
            <span><input type="text" class="input input-sm" name=name.clone() value=self.pairs.one(&name).to_owned() aria-label=self.t("其他内容", "What else")/>{self.error(&name)}</span>
        }
        .into_any()
    }

    /// What stands where nothing is chosen.
    pub fn nothing(&self, field: &Field) -> String {
        match field.placeholder.get(self.visit.lang) {
            "" => self.t("（未选择）", "(none)"),
            placeholder => placeholder.to_owned(),
        }
    }

    fn select(&self, field: &Field, choices: &Choices, name: &str, id: &str) -> AnyView {
        let option = |value: &str, label: String| {
            let (value, selected) = (value.to_owned(), self.pairs.has(name, value));
            view! { <option value=value selected=selected>{label}</option> }
        };
        let options = self
            .options(choices, name)
            .into_iter()
            .map(|held| option(held.key.as_str(), held.label.get(self.visit.lang).to_owned()))
            .collect_view();
        let offers_other = self.offers_other(choices, name);
        let other = offers_other.then(|| option(OTHER, self.t("其他", "Other")));
        let typed = offers_other.then(|| view! { <div class="mt-2">{self.other(name)}</div> });
        let invalid = self.fields.error(name).is_some().then_some("true");
        view! {
            <select id=id.to_owned() name=name.to_owned() class="select w-full" aria-invalid=invalid aria-describedby=format!("{id}-hint {id}-error")>
                <option value="">{self.nothing(field)}</option>{options}{other}
            </select>
            {typed}
        }
        .into_any()
    }

    fn range(&self, name: &str, kind: &'static str) -> AnyView {
        let end = |part: &str, label: String| {
            let name = format!("{name}.{part}");
            let id = Self::id(&name);
            self.fields.call(&name, label.clone());
            view! {
                <div class="min-w-0 flex-1"><input id=id name=name.clone() type=kind class="input w-full" value=self.pairs.one(&name).to_owned() aria-label=label/>{self.error(&name)}</div>
            }
        };
        view! {
            <div class="flex flex-wrap items-start gap-2 sm:flex-nowrap">{end("from", self.t("开始", "From"))}<span class="hidden pt-2 text-muted sm:inline">"–"</span>{end("to", self.t("结束", "To"))}</div>
        }
        .into_any()
    }

    /// The files that are there (unticking one removes it) and the input for more.
    fn files(&self, name: &str, id: &str, accept: &'static str) -> AnyView {
        let held = self.pairs.all(name).iter().filter(|value| !value.is_empty()).map(|value| {
            let known = value.parse().ok();
            let file = known.and_then(|id| self.names.file_of(id));
            let label = file.map_or_else(|| self.t("文件", "File"), |file| file.name.clone());
            let picture = file.filter(|file| file.media_type.starts_with("image/")).map(|file| {
                view! { <img src=format!("/files/{value}") alt=file.name.clone() class="size-12 rounded-field border border-base-300 object-cover"/> }
            });
            view! {
                <li><label class="flex cursor-pointer items-center gap-2"><input type="checkbox" class="checkbox checkbox-sm" name=name.to_owned() value=value.clone() checked/>
                    {picture}<a class="link min-w-0 truncate" href=format!("/files/{value}")>{label}</a></label></li>
            }
        });
        let held: Vec<_> = held.collect();
        let keep = (!held.is_empty()).then(|| view! { <p class="mt-1 text-sm text-muted">{self.t("取消勾选即移除", "Untick to remove")}</p> });
        let accept = (!accept.is_empty()).then_some(accept);
        view! {
            <ul class="mb-2 flex flex-col gap-2">{held}</ul>{keep}
            <input id=format!("{id}-more") name=name.to_owned() type="file" multiple accept=accept class="file-input w-full" aria-label=self.t("选择文件", "Choose files") data-files/>
            <ul data-chosen-files class="mt-2 flex flex-col gap-1 text-sm"></ul>
        }
        .into_any()
    }

    fn table(&self, field: &Field, table: &SubTable) -> AnyView {
        let key = field.key.as_str();
        let before = held_rows(self.before, key);
        let held = before.len();
        let mut rows = self.pairs.rows(key);
        if rows.is_empty() {
            rows = (held..).take(usize::try_from(table.min_rows.max(1)).unwrap_or(1)).collect();
        }
        let columns: Vec<&Field> = table.seen_columns().collect();
        let head = columns.iter().map(|column| {
            let must = (column.required && Self::is_open(column)).then(|| view! { <span class="text-error" aria-hidden="true">" *"</span> });
            let hint = column.hint.get(self.visit.lang).to_owned();
            let hint = (!hint.is_empty()).then(|| view! { <p class="text-sm font-normal text-muted">{hint}</p> });
            view! { <th scope="col" class="min-w-40">{column.label.get(self.visit.lang).to_owned()}{must}{hint}</th> }
        }).collect_view();
        let body = rows
            .iter()
            .map(|row| self.row(key, &columns, &row.to_string(), before.get(*row)))
            .collect_view();
        let template = self.row(key, &columns, "__row__", None);
        view! {
            <div data-subtable=key.to_owned() data-max=table.max_rows.to_string()>
                <div class="table-cards subtable mb-2 rounded-box border border-base-300">
                    <table class="table">
                        <caption class="sr-only">{field.label.get(self.visit.lang).to_owned()}</caption>
                        <thead><tr>{head}<th><span class="sr-only">{self.t("操作", "Actions")}</span></th></tr></thead>
                        <tbody data-rows>{body}</tbody>
                    </table>
                </div>
                <template data-row-template>{template}</template>
                <input type="hidden" name=format!("_held.{key}") value=held.to_string() data-rows-held/>
                <button type="submit" name="_do" value=format!("row.add.{key}") formaction=self.place(key) data-plain data-row-add class="btn btn-sm">{icon(Icon::Plus)}{self.t("添加一行", "Add a row")}</button>
            </div>
        }
        .into_any()
    }

    /// Where a page that comes back with another row begins, for browsers without scripts.
    fn place(&self, table: &str) -> String {
        format!("{}#{}", self.visit.here(), Self::id(&format!("f.{table}")))
    }

    /// What people call a row: its place among those in sight.
    fn row_name(&self, table: &str, row: usize) -> String {
        let place = self.pairs.rows(table).iter().position(|shown| *shown == row).unwrap_or(0) + 1;
        self.t(&format!("第 {place} 行"), &format!("Row {place}"))
    }

    /// A row of inputs; `before` is the row that the record holds there.
    fn row(
        &self,
        table: &str,
        columns: &[&Field],
        row: &str,
        before: Option<&RecordValues>,
    ) -> AnyView {
        let number = row.parse::<usize>().ok().map(|row| self.row_name(table, row));
        let cells = columns.iter().map(|column| {
            let name = format!("f.{table}.{row}.{}", column.key);
            let id = Self::id(&name);
            let path: FieldPath = format!("{table}.{}", column.key).parse().unwrap_or_else(|_| FieldPath::field(column.key.clone()));
            let label = column.label.get(self.visit.lang).to_owned();
            let called = number.iter().chain([&label]).map(String::as_str).collect::<Vec<_>>().join(" · ");
            self.fields.call(&name, called);
            let held = before.and_then(|before| before.get(column.key.as_str()));
            let control = self.control(column, &path, &name, &id, held);
            let must = if column.required && Self::is_open(column) { " *" } else { "" };
            let shown = format!("{label}{must}");
            view! {
                <td data-label=shown class="align-top"><label class="sr-only" for=id>{label}</label>{control}{self.error(&name)}</td>
            }
        }).collect_view();
        let remove = self.t("移除此行", "Remove this row");
        view! {
            <tr data-row=row.to_owned()>
                {cells}
                <td data-label="" class="w-10 align-top">
                    <input type="hidden" name=format!("f.{table}.{row}.{ROW}") value=""/>
                    <button type="submit" name="_do" value=format!("row.remove.{table}.{row}") formaction=self.place(table) data-plain data-row-remove class="btn btn-ghost btn-sm" aria-label=remove.clone() title=remove>{icon(Icon::Trash)}</button>
                </td>
            </tr>
        }
        .into_any()
    }
}
