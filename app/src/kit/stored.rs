//! What somebody else stored while a form was being filled in, shown over what was typed.

use leptos::prelude::*;

use crate::{kit::Fields, page::Visit};

/// The stored values of the fields `(name, label, value)` that differ from what was typed, where
/// somebody else changed the thing meanwhile: both can be compared before saving (Source: ALL-4).
pub fn stored_now(
    visit: &Visit,
    fields: &Fields,
    stored: &[(&str, &str, &str)],
) -> Option<AnyView> {
    if !fields.overtaken() {
        return None;
    }
    let differing = |(name, _, value): &&(&str, &str, &str)| {
        fields.value(name, "").replace("\r\n", "\n").trim() != value.trim()
    };
    let differing: Vec<_> = stored.iter().filter(differing).collect();
    if differing.is_empty() {
        return None;
    }
    let lines = differing.into_iter().map(|(_, label, value)| {
        let value = match value.trim() {
            "" => visit.t("（空）", "(empty)").to_owned(),
            value => value.to_owned(),
        };
        view! {
            <dt class="mt-2 font-medium">{(*label).to_owned()}</dt>
            <dd class="max-h-60 overflow-y-auto break-words whitespace-pre-wrap" tabindex="0">{value}</dd>
        }
    });
    let lines = lines.collect_view();
    let lead = visit.t(
        "与您填写的不同、当前已保存的内容如下；再次保存会以您填写的为准。",
        "Where it differs from what you typed, this is what is stored now; saving again puts yours in its place.",
    );
    Some(
        view! {
            <div class="alert alert-warning alert-soft mb-6 items-start" data-overtaken="">
                <div class="min-w-0"><p>{lead.to_owned()}</p><dl class="text-sm">{lines}</dl></div>
            </div>
        }
        .into_any(),
    )
}
