//! The options of a field as rows: name in both languages, chosen at first, order, removal; and many
//! at once by pasting.

use domain::application::row_numbers;
use leptos::prelude::*;

use super::properties::Inputs;
use crate::kit::{Field, Icon, icon};

const ANCHOR: &str = "f-field-options";

impl Inputs<'_> {
    /// The options editor; `single` where one can be chosen only.
    pub(super) fn options(&self, single: bool) -> AnyView {
        let rows = row_numbers(&self.pairs, "option");
        let count = rows.len();
        let lines =
            rows.into_iter().enumerate().map(|(place, row)| self.option(row, place, count, single));
        let nothing_chosen = self.pairs.all("chosen").iter().all(String::is_empty);
        let none = single.then(|| {
            view! { <label class="mt-2 flex items-center gap-2 text-sm"><input type="radio" class="radio radio-primary radio-sm" name="chosen" value="" checked=nothing_chosen/>{self.t("默认不选", "Nothing chosen at first")}</label> }
        });
        let add = view! { {icon(Icon::Plus)}{self.t("添加选项", "Add an option")} };
        view! {
            <fieldset class="mb-5 min-w-0" id=ANCHOR tabindex="-1">
                <legend class="mb-1 font-medium">{self.t("选项", "Options")}</legend>
                <p class="mb-2 text-sm text-muted">{self.t("左边的圆点或方框表示默认选中；留空的新行不计。", "The mark on the left is what is chosen at first; new rows left blank do not count.")}</p>
                {self.error("options")}{self.error("default")}
                <ol class="flex flex-col gap-2">{lines.collect_view()}</ol>
                {none}
                <div class="mt-2">{self.plain("option-add".to_owned(), "btn btn-sm", self.t("添加选项", "Add an option"), add, ANCHOR)}</div>
            </fieldset>
            {self.retired_options()}
            <details class="mb-5"><summary class="text-sm">{self.t("一次添加多个选项", "Add many options at once")}</summary>
                <input type="hidden" name="options_lang" value=self.editor.visit.lang.code()/>
                <div class="mt-2">{Field::area("options_more", 4).bare().label(self.t("选项，每行一个", "Options, one per line"))
                    .hint(self.t("中英文用竖线分开，如：电话 | Phone", "Separate Chinese and English by a bar: 电话 | Phone"))
                    .value(self.pairs.one("options_more").to_owned()).view(&self.fields)}</div></details>
            {self.check("other", "可填写其他内容", "Something else may be typed in")}
        }
        .into_any()
    }

    /// Options that are no longer offered, each with a tick that brings it back.
    fn retired_options(&self) -> Option<AnyView> {
        let all = self.field.kind.choices().map(|choices| choices.options.iter());
        let retired: Vec<_> = all?.filter(|option| option.retired).collect();
        let title = format!("{} ({})", self.t("已停用的选项", "Retired options"), retired.len());
        let lines: Vec<_> = retired
            .into_iter()
            .map(|option| {
                let key = option.key.to_string();
                let on = self.pairs.has("option_back", &key);
                let label = option.label.get(self.editor.visit.lang);
                let back = format!("{} {label}", self.editor.visit.t("恢复", "Restore"));
                view! { <li><label class="flex items-center gap-2 py-1 text-sm"><input type="checkbox" class="checkbox checkbox-primary checkbox-sm" name="option_back" value=key checked=on/>{back}</label></li> }
            })
            .collect();
        (!lines.is_empty()).then(|| {
            view! {
                <details class="mb-5"><summary class="text-sm">{title}</summary>
                    <p class="mt-2 text-sm text-muted">{self.t("旧记录仍显示它们；勾选并保存后又可选择。", "Old records show them all the same; ticked and saved, they can be chosen again.")}</p>
                    <ul class="mt-1">{lines}</ul></details>
            }
            .into_any()
        })
    }

    fn option(&self, row: usize, place: usize, count: usize, single: bool) -> AnyView {
        let name = |what: &str| format!("option.{row}.{what}");
        let text = |what: &str| self.pairs.one(&name(what)).to_owned();
        let number = place + 1;
        let called = |zh: &str, en: &str| {
            format!("{}{number}{}", self.t("选项 ", "Option "), self.t(zh, en))
        };
        let on = self.pairs.has("chosen", &row.to_string());
        let (kind, class) = if single {
            ("radio", "radio radio-primary radio-sm")
        } else {
            ("checkbox", "checkbox checkbox-primary checkbox-sm")
        };
        let invalid = self.fields.error(&name("zh")).is_some().then_some("true");
        let step = |verb: &str, possible: bool, mark: Icon, zh: &str, en: &str| {
            possible.then(|| {
                let label = called(zh, en);
                self.plain(
                    format!("option-{verb}:{row}"),
                    "btn btn-ghost btn-xs btn-square",
                    label,
                    icon(mark),
                    ANCHOR,
                )
            })
        };
        view! {
            <li>
                <div class="flex items-center gap-1.5">
                    <input type=kind class=class name="chosen" value=row.to_string() checked=on aria-label=called("默认选中", " chosen at first")/>
                    <input type="hidden" name=name("key") value=text("key")/>
                    <input class="input input-sm min-w-0 flex-1" name=name("zh") id=format!("f-field-{}", name("zh")) value=text("zh") placeholder=self.t("中文", "Chinese") aria-label=called("（中文）", " (Chinese)") aria-invalid=invalid/>
                    <input class="input input-sm min-w-0 flex-1" name=name("en") value=text("en") placeholder=self.t("英文", "English") aria-label=called("（英文）", " (English)")/>
                    <span class="flex shrink-0">
                        {step("up", place > 0, Icon::ChevronUp, "上移", " up")}
                        {step("down", place + 1 < count, Icon::ChevronDown, "下移", " down")}
                        {step("drop", true, Icon::X, "删除", " remove")}
                    </span>
                </div>
                {self.error(&name("zh"))}{self.error(&name("en"))}
            </li>
        }
        .into_any()
    }
}
