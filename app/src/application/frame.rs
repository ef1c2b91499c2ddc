//! The frame of an app in use: its name and state, its navigation beside the content (folded on
//! phones), and the mark of the maintenance channel on every screen (Source: APP-5).

use backend::lifecycle::App;
use domain::{
    application::{Key, NavigationEntry, Tree},
    design::Naming,
    lifecycle::{Access, Lifecycle},
};
use leptos::prelude::*;

use crate::{
    kit::{Icon, callout, icon},
    lifecycle::{maintenance::banner, menu::menu, state_badge},
    page::Visit,
};

/// What a page inside an app needs to draw its frame.
#[derive(Clone)]
pub struct Frame {
    /// The app.
    pub app: App,
    /// What this person may do.
    pub access: Access,
    /// The navigation: headings and forms.
    pub lines: Vec<Line>,
}

/// A line of the navigation.
#[derive(Clone)]
pub enum Line {
    /// A heading over the forms that follow.
    Heading(String),
    /// A form: its key and title.
    Form(Key, String),
}

impl Frame {
    /// The frame of an opened app, in the visitor's language.
    pub fn of(visit: &Visit, app: App, access: Access, tree: &Tree) -> Self {
        let title =
            |key: &Key| tree.form(key.as_str()).map(|form| form.title.get(visit.lang).to_owned());
        let form = |key: &Key| title(key).map(|title| Line::Form(key.clone(), title));
        let mut lines = Vec::new();
        for entry in tree.navigation().map(|held| held.entries.as_slice()).unwrap_or_default() {
            if let NavigationEntry::Group { title, .. } = entry {
                lines.push(Line::Heading(title.get(visit.lang).to_owned()));
            }
            lines.extend(entry.forms().iter().filter_map(form));
        }
        Self { app, access, lines }
    }

    /// The content inside the frame. `current` is the form that is shown.
    pub fn view(
        &self,
        visit: &Visit,
        current: Option<&Key>,
        content: impl IntoView + 'static,
    ) -> AnyView {
        view! {
            {banner(visit, &self.app, self.access)}
            {self.accepting(visit)}
            {self.enabling(visit)}
            {self.top(visit)}
            <div class="flex flex-col gap-6 lg:flex-row">
                {self.navigation(visit, current)}
                <div class="min-w-0 flex-1">{content.into_any()}</div>
            </div>
        }
        .into_any()
    }

    /// The way back to the checklist, for who looks at the pages in order to accept them
    /// (Source: APP-2).
    fn accepting(&self, visit: &Visit) -> Option<AnyView> {
        let life = &self.app.lifecycle;
        let mine = self.access.configure && !self.access.is_maintenance();
        (mine && life.in_maintenance() && life.acceptance().is_none()).then(|| {
            let url = format!("/apps/{}/acceptance", self.app.id);
            let text = visit.t(
                "这个应用等待您验收：看过页面之后回到清单。",
                "This app waits for your acceptance: when you have looked at a page, go back to the checklist.",
            );
            let label = visit.t("验收清单", "Checklist").to_owned();
            callout(text, view! { <a class="btn btn-sm" href=url>{icon(Icon::List)}{label}</a> })
        })
    }

    /// What is next between acceptance and use, for who does it (Source: ALL-2, APP-3).
    fn enabling(&self, visit: &Visit) -> Option<AnyView> {
        let life = &self.app.lifecycle;
        let between = matches!(life, Lifecycle::Accepted { .. } | Lifecycle::Ready { .. });
        if !(between && self.access.configure) || self.access.is_maintenance() {
            return None;
        }
        let url = format!("/apps/{}/settings", self.app.id);
        let text = if life.in_maintenance() {
            visit.t(
                "下一步：关闭-开发维护，再启用，成员才能使用。",
                "Next: close maintenance, then enable the app, so that members can use it.",
            )
        } else {
            visit.t(
                "下一步：启用，成员才能使用。",
                "Next: enable the app, so that members can use it.",
            )
        };
        let label = visit.t("应用设置", "App settings").to_owned();
        Some(callout(
            text,
            view! { <a class="btn btn-sm" href=url>{icon(Icon::Settings)}{label}</a> },
        ))
    }

    fn top(&self, visit: &Visit) -> AnyView {
        let app = &self.app;
        let home = format!("/apps/{}", app.id);
        let link = |allowed: bool, url: &str, mark: Icon, label: &str| {
            allowed.then(|| {
                view! { <a class="btn btn-ghost btn-sm" href=format!("{home}/{url}")>{icon(mark)}{label.to_owned()}</a> }
            })
        };
        let design = link(self.access.design, "design", Icon::Edit, visit.t("设计", "Design"));
        let menu = menu(visit, app, &self.access);
        view! {
            <div class="mb-6 flex flex-wrap items-center gap-3 border-b border-base-300 pb-4">
                <a href=home.clone() class="flex min-w-0 flex-1 basis-44 items-center gap-3 hover:text-primary">
                    {symbol(app)}
                    <span class="flex min-w-0 flex-col items-start sm:flex-row sm:items-center sm:gap-3">
                        <span class="max-w-full truncate text-lg leading-6 font-semibold">{app.name.get(visit.lang).to_owned()}</span>
                        {state_badge(visit, &app.lifecycle)}
                    </span>
                </a>
                <div class="ml-auto flex gap-1">{design}{menu}</div>
            </div>
        }
        .into_any()
    }

    fn navigation(&self, visit: &Visit, current: Option<&Key>) -> Option<AnyView> {
        if self.lines.is_empty() {
            return None;
        }
        let home = visit.path == format!("/apps/{}", self.app.id);
        let label = visit.t("应用导航", "App navigation").to_owned();
        let here = self.lines.iter().find_map(|line| match line {
            Line::Form(key, title) if Some(key) == current => Some(title.clone()),
            _ => None,
        });
        let folded = here.unwrap_or_else(|| visit.t("全部表单", "All forms").to_owned());
        // The app's first page lists the forms itself.
        let class = if home { "hidden" } else { "panel lg:hidden" };
        Some(view! {
            <details class=class>
                <summary class="flex min-h-11 items-center gap-2 px-4 font-medium">{icon(Icon::ChevronDown)}{folded}</summary>
                <nav aria-label=label.clone() class="px-2 pb-2">{self.links(current)}</nav>
            </details>
            <nav aria-label=label.clone() class="hidden w-56 shrink-0 lg:block">{self.links(current)}</nav>
        }
        .into_any())
    }

    fn links(&self, current: Option<&Key>) -> AnyView {
        let lines = self.lines.iter().map(|line| match line {
            Line::Heading(title) => {
                view! { <li class="px-3 pt-3 pb-1 text-xs font-medium text-muted">{title.clone()}</li> }.into_any()
            }
            Line::Form(key, title) => {
                let here = (Some(key) == current).then_some("page");
                let url = format!("/apps/{}/forms/{key}", self.app.id);
                view! {
                    <li><a href=url aria-current=here class="flex min-h-9 items-center gap-2 rounded-field px-3 py-2 text-sm hover:bg-base-300/50 aria-[current]:bg-primary/10 aria-[current]:font-medium aria-[current]:text-primary">
                        {icon(Icon::Clipboard)}<span class="min-w-0">{title.clone()}</span></a></li>
                }
                .into_any()
            }
        });
        view! { <ul class="flex flex-col gap-0.5">{lines.collect_view()}</ul> }.into_any()
    }
}

/// The coloured square with an app's symbol.
pub fn symbol(app: &App) -> AnyView {
    let text = Naming::symbol(&app.name, &app.icon);
    view! {
        <span aria-hidden="true" class="flex size-10 shrink-0 items-center justify-center rounded-box bg-primary text-lg font-semibold text-primary-content">{text}</span>
    }
    .into_any()
}
