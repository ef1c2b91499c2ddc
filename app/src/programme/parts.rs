//! Parts that several pages of the programme share.

use domain::{
    problem::Problem,
    programme::{ApplicationState, Permission},
};
use leptos::prelude::*;

use crate::{
    kit::{Icon, Tone, badge, empty, heading},
    page::{Page, Visit},
};

/// A page of the provider's area for who never had the permission: there is only the application
/// (Source: PRV-2).
pub fn needed(visit: Visit, title: String, problem: Problem) -> Page {
    Page::new(title.clone(), move || {
        let label = if visit.provider {
            visit.t("查看服务商权限", "See the permission")
        } else {
            visit.t("去申请", "Apply")
        };
        let go =
            view! { <a class="btn btn-primary" href="/manage/provider">{label.to_owned()}</a> };
        view! {
            {heading(title, "", ())}
            {empty(Icon::Badge, problem.sentence(visit.lang).to_owned(), problem.remedy.get(visit.lang).to_owned(), go)}
        }
    })
}

/// Whether a refusal says that there never was the permission.
pub fn is_needed(problem: &Problem) -> bool {
    problem.code == "programme.needed"
}

pub(super) fn state_badge(visit: &Visit, state: &ApplicationState) -> AnyView {
    let tone = match state {
        ApplicationState::Waiting => Tone::Info,
        ApplicationState::Granted { .. } => Tone::Good,
        ApplicationState::Rejected { .. } => Tone::Bad,
    };
    badge(tone, state.label().get(visit.lang))
}

pub(super) fn permission_badge(visit: &Visit, permission: &Permission) -> AnyView {
    let tone = match permission {
        Permission::None => Tone::Quiet,
        Permission::Granted { .. } => Tone::Good,
        Permission::Withdrawn { .. } => Tone::Bad,
    };
    badge(tone, permission.label().get(visit.lang))
}

pub(super) fn senior_badge(visit: &Visit, senior: bool) -> Option<AnyView> {
    senior.then(|| badge(Tone::Info, visit.t("高级合作伙伴", "Senior partner")))
}
