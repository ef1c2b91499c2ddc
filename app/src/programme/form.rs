//! The form that applies for the distribution permission, with its proof.

use leptos::prelude::*;

use super::{ACCEPT, api::Apply};
use crate::{
    call::{Sends as _, Standing},
    handed::handed,
    kit::{
        form::{Check, CommandForm, FileField, Input, Submit},
        t,
    },
};

/// Applies (Source: PRV-1).
#[island(lazy)]
pub fn ApplyForm() -> impl IntoView {
    let to = Apply::target();
    let (page, posting) = handed::<Standing>().begin();
    view! {
        <CommandForm to posting page done="/manage/provider">
            <Input name="partner_number" label=t("钉钉合作伙伴编号", "DingTalk partner number") required=true placeholder="DP-2026-001"
                hint=t("在钉钉合作伙伴平台的「我的资料」中可以找到", "Shown under “My profile” on the DingTalk partner site")/>
            <FileField name="file" label=t("合作伙伴证明", "Proof of partnership") accept=ACCEPT
                hint=t("PDF、图片或 Word，不超过 20 MiB", "PDF, image or Word, up to 20 MiB")/>
            <Check name="senior" label=t("我们是高级合作伙伴", "We are a senior partner")
                hint=t("仅作标记，不影响审核", "A mark only; it does not change the review")/>
            <Submit label=t("提交申请", "Submit the application")/>
        </CommandForm>
    }
}
