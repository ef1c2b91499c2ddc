//! A field as people will see it when they fill in the form: drawn, not to be used. Compiled for the
//! server and the browser, so that the preview follows what is typed.

use domain::{
    application::{
        Access, AssociationTarget, Choices, DateDefault, Field, FieldKind, Files, Key, NumberField,
        SubTable,
    },
    lang::{Lang, Text},
    when::When,
};
use leptos::prelude::*;

const BOX: &str = "flex min-h-10 w-full items-center gap-2 rounded-field border border-base-300 bg-base-100 px-3 py-1.5";

/// The field with its label, a drawing of its control, and its hint.
pub fn field(field: &Field, lang: Lang, now: When) -> AnyView {
    let label = field.label.get(lang).to_owned();
    let hint = field.hint.get(lang).to_owned();
    if field.kind == FieldKind::Divider {
        return view! { <div data-preview="divider"><p class="border-b border-base-300 pb-2 font-semibold">{label}</p><p class="mt-1 text-sm text-muted">{hint}</p></div> }.into_any();
    }
    let must = field.required.then(|| {
        view! { <span class="text-error" aria-hidden="true">" *"</span><span class="sr-only">{lang.t("（必填）", " (required)").to_owned()}</span> }
    });
    let dim = if field.access == Access::Hidden { "opacity-50" } else { "" };
    view! {
        <div data-preview=field.kind.code() class=dim>
            <p class="mb-1 font-medium">{label}{must}</p>
            <div aria-hidden="true">{control(field, lang, now)}</div>
            <p class="mt-1 text-sm text-muted">{hint}</p>
        </div>
    }
    .into_any()
}

/// A box with what stands in it at first, or else the placeholder; `behind` stands at its end.
fn input(value: String, placeholder: &Text, lang: Lang, behind: &str) -> AnyView {
    let behind = behind.to_owned();
    let content = if value.is_empty() {
        view! { <span class="min-w-0 flex-1 truncate text-muted">{placeholder.get(lang).to_owned()}</span> }.into_any()
    } else {
        view! { <span class="min-w-0 flex-1 truncate">{value}</span> }.into_any()
    };
    view! { <div class=BOX>{content}<span class="shrink-0 text-sm text-muted">{behind}</span></div> }.into_any()
}

fn control(field: &Field, lang: Lang, now: When) -> AnyView {
    let shown = |value: String, behind: &str| input(value, &field.placeholder, lang, behind);
    match &field.kind {
        FieldKind::Text(kind) => shown(kind.default.clone(), ""),
        FieldKind::MultilineText(kind) => {
            let lines = usize::from(kind.rows.clamp(2, 8));
            let text = if kind.default.is_empty() {
                field.placeholder.get(lang).to_owned()
            } else {
                kind.default.clone()
            };
            let tone = if kind.default.is_empty() { "text-muted" } else { "" };
            let blank = "\n".repeat(lines.saturating_sub(text.lines().count()));
            view! { <div class=format!("{BOX} whitespace-pre-wrap {tone}")>{text}{blank}</div> }
                .into_any()
        }
        FieldKind::Number(kind) => shown(number(kind), kind.unit.get(lang)),
        FieldKind::SerialNumber(kind) => {
            let example = kind.format(now.date, 0);
            view! { <div class=format!("{BOX} bg-base-200")><span class="min-w-0 truncate font-mono text-sm">{example}</span><span class="ml-auto shrink-0 text-sm text-muted">{lang.t("自动生成", "automatic").to_owned()}</span></div> }.into_any()
        }
        FieldKind::Radio(choices) => marks(choices, lang, "rounded-full"),
        FieldKind::Checkbox(choices) => marks(choices, lang, "rounded-selector"),
        FieldKind::Select(choices) | FieldKind::MultiSelect(choices) => {
            shown(chosen(choices, lang), "▾")
        }
        FieldKind::Date(kind) => {
            shown(date(kind.default, kind.with_time, now, lang), lang.t("日期", "date"))
        }
        FieldKind::DateRange(kind) => {
            let end = |default: DateDefault, behind: &str| {
                input(date(default, kind.with_time, now, lang), &Text::default(), lang, behind)
            };
            view! {
                <div class="flex items-center gap-2">{end(kind.default_from, lang.t("开始", "from"))}<span>"–"</span>{end(kind.default_to, lang.t("结束", "to"))}</div>
            }
            .into_any()
        }
        FieldKind::Member(kind) => {
            let value =
                if kind.default_self { lang.t("填写人", "whoever fills in") } else { "" };
            shown(value.to_owned(), lang.t("选择成员", "choose people"))
        }
        FieldKind::Attachment(files) | FieldKind::Image(files) => drop_box(files, lang),
        FieldKind::SubTable(table) => rows(table, lang),
        FieldKind::Association(association) => match &association.target {
            AssociationTarget::Form(_) => {
                shown(String::new(), lang.t("选择记录", "choose a record"))
            }
            AssociationTarget::Slot(name) => {
                let name =
                    if name.is_empty() { String::new() } else { format!(" · {}", name.get(lang)) };
                let text = format!("{}{name}", lang.t("未指定关联的表单", "No form chosen yet"));
                view! { <div class=format!("{BOX} border-dashed border-warning text-warning")>{text}</div> }.into_any()
            }
        },
        FieldKind::Divider => ().into_any(),
    }
}

fn number(kind: &NumberField) -> String {
    kind.default.map(|number| number.shown(kind.decimals, kind.thousands)).unwrap_or_default()
}

fn date(default: DateDefault, with_time: bool, now: When, lang: Lang) -> String {
    match default {
        DateDefault::Empty => String::new(),
        DateDefault::Today => {
            format!(
                "{} {}",
                now.with_time(with_time).shown(),
                lang.t("（填写当天）", "(day of filling in)")
            )
        }
        DateDefault::Fixed(when) => when.shown(),
    }
}

fn named(choices: &Choices, key: &Key, lang: Lang) -> Option<String> {
    choices.find(key.as_str()).map(|option| option.label.get(lang).to_owned())
}

fn chosen(choices: &Choices, lang: Lang) -> String {
    let names: Vec<_> =
        choices.default.iter().filter_map(|key| named(choices, key, lang)).collect();
    names.join(lang.t("、", ", "))
}

fn marks(choices: &Choices, lang: Lang, shape: &'static str) -> AnyView {
    let other = choices.other.then(|| (lang.t("其他", "Other").to_owned(), false));
    let offered = choices
        .offered()
        .map(|option| (option.label.get(lang).to_owned(), choices.default.contains(&option.key)));
    let marks = offered.chain(other).map(|(label, on)| {
        let fill = if on { "border-primary bg-primary" } else { "border-base-content/50" };
        view! { <span class="flex items-center gap-2"><span class=format!("inline-block size-4 shrink-0 border {shape} {fill}")></span>{label}</span> }
    });
    view! { <div class="flex flex-wrap gap-x-5 gap-y-2 py-1">{marks.collect_view()}</div> }
        .into_any()
}

fn drop_box(files: &Files, lang: Lang) -> AnyView {
    let size = files.max_bytes.div_ceil(1024 * 1024);
    let text = match lang {
        Lang::Zh => format!("选择文件，最多 {} 个，每个不超过 {size} MB", files.max_count),
        Lang::En => format!("Choose files: at most {}, up to {size} MB each", files.max_count),
    };
    view! { <div class=format!("{BOX} border-dashed text-sm text-muted")>{text}</div> }.into_any()
}

fn rows(table: &SubTable, lang: Lang) -> AnyView {
    let seen = table.columns.iter().filter(|column| column.access != Access::Hidden);
    let head: Vec<_> = seen
        .map(|column| {
            let must = if column.required { " *" } else { "" };
            let label = format!("{}{must}", column.label.get(lang));
            view! { <span class="min-w-24 flex-1 border-r border-base-300 px-3 py-1.5 last:border-r-0">{label}</span> }
        })
        .collect();
    let blank = head.len().max(1);
    let cells = (0..blank).map(|_| view! { <span class="min-w-24 flex-1 border-r border-base-300 px-3 py-1.5 text-muted last:border-r-0">"—"</span> });
    view! {
        <div class="overflow-hidden rounded-field border border-base-300 text-sm">
            <div class="flex bg-base-200 font-medium">{head}</div>
            <div class="flex">{cells.collect_view()}</div>
        </div>
    }
    .into_any()
}
