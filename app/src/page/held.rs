//! The answer to a posted form that cannot be taken just now, because storage is out of reach or the
//! session has ended: everything typed is on the page and goes out again at the press of a button
//! (Source: ALL-4).

use domain::{
    application::Digest,
    authority::session_ended,
    identity::FileId,
    problem::{Kind, Problem},
};
use leptos::prelude::*;

use super::{
    Form, Layout, Page, Visit,
    forms::{bare, is_secret},
};
use crate::kit::{Icon, icon};

/// The page that holds `form` until it can be taken.
pub(super) fn page(visit: &Visit, problem: &Problem, form: Form) -> Page {
    let (visit, problem) = (visit.clone(), problem.clone());
    Page::new(problem.sentence(visit.lang).to_owned(), move || content(&visit, &problem, &form))
        .layout(Layout::Public)
}

/// The refusal of a form that came without a session; none where nothing typed would be lost by
/// signing in first.
pub(super) fn unauthenticated(form: &Form) -> Option<Problem> {
    holds(form).then(session_ended)
}

/// Whether anything would be lost with the form.
pub(super) fn holds(form: &Form) -> bool {
    typed(form).next().is_some() || !form.unstaged.is_empty()
}

fn typed(form: &Form) -> impl Iterator<Item = &(String, String)> {
    form.pairs.iter().filter(|(name, value)| is_typed(name, value))
}

fn content(visit: &Visit, problem: &Problem, form: &Form) -> AnyView {
    let typed: Vec<_> = typed(form).collect();
    let shown = (!typed.is_empty()).then(|| {
        let label = visit.t("已为您保留", "Kept for you").to_owned();
        let rows = typed.iter().map(|(_, value)| {
            view! { <li class="break-words whitespace-pre-wrap">{value.clone()}</li> }
        });
        view! {
            <h2 class="mt-6 font-medium">{label}</h2>
            <ul class="mt-1 list-disc pl-5 text-sm">{rows.collect_view()}</ul>
        }
    });
    let remedy = problem.remedy.get(visit.lang).to_owned();
    let again = visit.t("再次提交", "Submit again").to_owned();
    let sign_in = (problem.kind == Kind::Unauthenticated).then(|| {
        let label = visit.t("在新窗口登录", "Sign in in a new window");
        view! { <a class="btn mt-4" href="/sign-in" target="_blank">{label.to_owned()}</a> }
    });
    view! {
        <section class="panel p-6" data-problem=problem.code.to_string()>
                <div class="flex items-start gap-3">
                    <span class="mt-1 text-muted">{icon(Icon::Alert)}</span>
                    <div><h1 class="text-xl font-semibold">{problem.sentence(visit.lang).to_owned()}</h1>
                    <p class="mt-1 text-muted">{remedy}</p>{sign_in}</div>
                </div>
                <form method="post" action=visit.here() enctype="multipart/form-data">
                    {kept(form)}{shown}{secrets(visit, form)}{files(visit, form)}
                    <button class="btn btn-primary mt-6">{again}</button>
                </form>
        </section>
    }
    .into_any()
}

/// True for what a person typed or chose and would know again; ids and marks of the page are not.
fn is_typed(name: &str, value: &str) -> bool {
    let of_page = name.starts_with('_') || matches!(value, "" | "on" | "true" | "false");
    let mark = value.parse::<FileId>().is_ok() || value.parse::<Digest>().is_ok();
    // A link's token stands in the address as well.
    !(of_page || mark || is_secret(name) || bare(name) == "token")
}

/// What goes out again as it was.
fn kept(form: &Form) -> AnyView {
    let kept = form.pairs.iter().filter(|(name, _)| !is_secret(name));
    kept.map(|(name, value)| {
        view! { <input type="hidden" name=name.clone() value=value.clone()/> }
    })
    .collect_view()
    .into_any()
}

fn secrets(visit: &Visit, form: &Form) -> AnyView {
    let fields = form.pairs.iter().filter(|(name, _)| is_secret(name)).map(|(name, _)| {
        let label = match bare(name) {
            "current" => visit.t("当前密码", "Current password"),
            "new" => visit.t("新密码", "New password"),
            _ => visit.t("密码", "Password"),
        };
        let id = format!("held-{}", bare(name));
        view! {
            <label class="mt-6 mb-1 block font-medium" for=id.clone()>{label.to_owned()}</label>
            <input id=id name=name.clone() type="password" class="input w-full"/>
        }
    });
    fields.collect_view().into_any()
}

/// Files that could not be stored: the browser does not send them twice by itself.
fn files(visit: &Visit, form: &Form) -> AnyView {
    let mut names = form.unstaged.clone();
    names.dedup();
    let fields = names.into_iter().map(|name| {
        let label = visit
            .t("附件没有保存，请重新选择", "The file was not stored; choose it again")
            .to_owned();
        let id = format!("held-{name}");
        view! {
            <label class="mt-6 mb-1 block font-medium" for=id.clone()>{label}</label>
            <input id=id name=name type="file" multiple class="file-input w-full"/>
        }
    });
    fields.collect_view().into_any()
}
