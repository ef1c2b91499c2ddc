//! The frame of the designer's pages: which app this is, the way back to it, forms and releases as
//! tabs, and the mark of the maintenance channel (Source: APP-5).

use backend::lifecycle::App;
use domain::{design::Naming, lifecycle::Access};
use leptos::prelude::*;

use crate::{
    kit::{Icon, Tone, badge, icon, tabs, warning},
    lifecycle::maintenance::banner,
    page::Visit,
};

/// Which tab is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The forms and their fields.
    Forms,
    /// The releases.
    Releases,
}

/// The content inside the frame.
pub fn frame(
    visit: &Visit,
    app: &App,
    access: Access,
    tab: Tab,
    content: impl IntoView + 'static,
) -> AnyView {
    let home = format!("/apps/{}", app.id);
    let tone = if app.lifecycle.is_enabled() { Tone::Good } else { Tone::Info };
    let mut entries = vec![(
        format!("{home}/design"),
        visit.t("表单设计", "Forms").to_owned(),
        tab == Tab::Forms,
    )];
    if app.origin.is_none() {
        let label = visit.t("版本发布", "Releases").to_owned();
        entries.push((format!("{home}/releases"), label, tab == Tab::Releases));
    }
    view! {
        {banner(visit, app, access)}
        <div class="mb-2 flex flex-wrap items-center gap-3">
            <a href=home.clone() class="flex min-w-0 items-center gap-3">
                <span aria-hidden="true" class="flex size-10 shrink-0 items-center justify-center rounded-box bg-primary text-lg font-semibold text-primary-content">{Naming::symbol(&app.name, &app.icon)}</span>
                <span class="truncate text-lg font-semibold">{app.name.get(visit.lang).to_owned()}</span>
            </a>
            {badge(tone, app.lifecycle.label().get(visit.lang))}
            <a class="btn btn-ghost btn-sm ml-auto" href=home>{icon(Icon::Eye)}{visit.t("打开应用", "Open the app").to_owned()}</a>
        </div>
        {tabs(visit.t("设计", "Design"), entries)}
        {at_once(visit, app)}
        {content.into_any()}
    }
    .into_any()
}

/// People who already work with an app see its changes at once; only releases are what they were.
fn at_once(visit: &Visit, app: &App) -> Option<AnyView> {
    app.lifecycle.is_enabled().then(|| {
        let text = visit.t(
            "这个应用正在使用：每次保存都会立即对使用者生效。",
            "This app is in use: whatever you save, its users see at once.",
        );
        warning(text)
    })
}
