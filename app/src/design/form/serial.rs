//! The parts of a serial number as rows, and when its counter starts anew.

use domain::application::{DatePattern, Reset, row_numbers};
use leptos::prelude::*;

use super::properties::Inputs;
use crate::kit::{Icon, icon};

const ANCHOR: &str = "f-field-parts";

impl Inputs<'_> {
    /// The parts editor.
    pub(super) fn serial(&self) -> AnyView {
        let lang = self.editor.visit.lang;
        let rows = row_numbers(&self.pairs, "part");
        let count = rows.len();
        let counted =
            rows.iter().any(|row| self.pairs.one(&format!("part.{row}.kind")) == "counter");
        let lines = rows.into_iter().enumerate().map(|(place, row)| self.part(row, place, count));
        let resets = Reset::ALL
            .iter()
            .map(|reset| (reset.code().to_owned(), reset.label().get(lang).to_owned()));
        let add = |kind: &str, zh: &str, en: &str| {
            let label = self.t(zh, en);
            let content = view! { {icon(Icon::Plus)}{label.clone()} };
            self.plain(format!("part-add:{kind}"), "btn btn-sm", label, content, ANCHOR)
        };
        view! {
            <fieldset class="mb-5 min-w-0" id=ANCHOR tabindex="-1">
                <legend class="mb-1 font-medium">{self.t("编号由这些部分组成", "The number is made of")}</legend>
                {self.error("parts")}
                <ol class="flex flex-col gap-2">{lines.collect_view()}</ol>
                <div class="mt-2 flex flex-wrap gap-2">
                    {add("fixed", "固定文字", "Fixed text")}
                    {add("date", "日期", "Date")}
                    {(!counted).then(|| add("counter", "计数", "Counter"))}
                </div>
            </fieldset>
            {self.select("reset", "计数重新开始", "The counter starts anew", resets.collect())}
        }
        .into_any()
    }

    fn part(&self, row: usize, place: usize, count: usize) -> AnyView {
        let name = |what: &str| format!("part.{row}.{what}");
        let kind = self.pairs.one(&name("kind")).to_owned();
        let input = |what: &str, zh: &str, en: &str| {
            let label = self.t(zh, en);
            let invalid = self.fields.error(&name(what)).is_some().then_some("true");
            view! {
                <label class="min-w-0 flex-1 text-sm">{label}<input class="input input-sm mt-0.5" name=name(what) id=format!("f-field-{}", name(what)) value=self.pairs.one(&name(what)).to_owned() aria-invalid=invalid/></label>
            }
        };
        let inputs = match kind.as_str() {
            "date" => {
                let lang = self.editor.visit.lang;
                let chosen = self.pairs.one(&name("pattern"));
                let patterns = DatePattern::ALL.iter().map(|pattern| {
                    view! { <option value=pattern.code() selected=pattern.code() == chosen>{pattern.label().get(lang).to_owned()}</option> }
                });
                view! { <label class="min-w-0 flex-1 text-sm">{self.t("日期", "Date")}<select class="select select-sm mt-0.5" name=name("pattern")>{patterns.collect_view()}</select></label> }.into_any()
            }
            "counter" => view! { {input("digits", "计数位数", "Counter digits")}{input("start", "起始值", "First number")} }.into_any(),
            _ => input("text", "固定文字", "Fixed text").into_any(),
        };
        let step = |verb: &str, possible: bool, mark: Icon, zh: &str, en: &str| {
            possible.then(|| {
                let label = format!("{} {} {}", self.t("第", "Part"), place + 1, self.t(zh, en));
                self.plain(
                    format!("part-{verb}:{row}"),
                    "btn btn-ghost btn-xs btn-square",
                    label,
                    icon(mark),
                    ANCHOR,
                )
            })
        };
        view! {
            <li class="rounded-field border border-base-300 p-2">
                <div class="flex items-end gap-2">
                    <input type="hidden" name=name("kind") value=kind/>
                    {inputs}
                    <span class="flex shrink-0 pb-1">
                        {step("up", place > 0, Icon::ChevronUp, "部分上移", "up")}
                        {step("down", place + 1 < count, Icon::ChevronDown, "部分下移", "down")}
                        {step("drop", true, Icon::X, "部分删除", "remove")}
                    </span>
                </div>
                {self.error(&name("text"))}{self.error(&name("digits"))}{self.error(&name("start"))}
            </li>
        }
        .into_any()
    }
}
