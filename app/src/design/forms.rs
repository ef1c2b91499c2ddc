//! The forms of an app and the navigation that people see: adding, ordering, grouping, removing.

use backend::application::design::Design;
use domain::{
    application::{Key, NavigationEntry, Tree},
    lang::Text,
    problem::Problem,
};
use leptos::prelude::*;

use super::{
    editing::{argument, arguments, change, named, open, started},
    findings::Findings,
    frame::{Tab, frame},
    islands::DragOrder,
    order::{grip, movers, steps},
};
use crate::{
    kit::{Field, Fields, Icon, Tone, badge, card, empty, form_post, heading, icon},
    page::{Form, Go, Layout, Page, Visit},
};

/// Shows the forms in their order.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let design = open(&visit).await?;
    let title = visit.t("表单设计", "Forms").to_owned();
    Ok(Page::new(title.clone(), move || {
        let list = List {
            visit: &visit,
            findings: Findings(design.tree.findings()),
            design: &design,
            fields: Fields::of(&visit, "order"),
        };
        let lead = visit.t(
            "表单和分组按这里的顺序出现在应用的导航中，可拖动或用箭头调整。",
            "Forms and groups appear in the app's navigation in this order; drag them or use the arrows.",
        );
        let report = design.imported.then(|| {
            let url = format!("/apps/{}/import", design.app.id);
            view! { <a class="btn" href=url>{icon(Icon::Clipboard)}{visit.t("导入报告", "Import report").to_owned()}</a> }
        });
        let content = view! {
            {heading(title, lead.to_owned(), report)}
            <div class="grid gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
                <div class="min-w-0">{list.view()}</div>
                <div>{add_form(&visit, &design)}{add_group(&visit, &design)}</div>
            </div>
            <DragOrder root="order".to_owned()/>
        };
        frame(&visit, &design.app, design.access, Tab::Forms, content)
    })
    .islands(&["drag_order"])
    .layout(Layout::Wide))
}

fn title_inputs(visit: &Visit, fields: &Fields) -> AnyView {
    view! {
        {Field::text("title_zh").bare().label(visit.t("名称（中文）", "Name (Chinese)")).view(fields)}
        {Field::text("title_en").bare().label(visit.t("名称（英文）", "Name (English)")).view(fields)}
    }
    .into_any()
}

fn add_form(visit: &Visit, design: &Design) -> AnyView {
    let fields = Fields::of(visit, "add-form");
    let form = form_post(
        &fields,
        view! {
            {started(&fields, design, &Tree::navigation_key())}
            {title_inputs(visit, &fields)}
            {Field::submit("add-form", visit.t("新增表单", "Add form"))}
        },
    );
    card(visit.t("新增表单", "Add a form"), form)
}

fn add_group(visit: &Visit, design: &Design) -> AnyView {
    let fields = Fields::of(visit, "add-group");
    let form = form_post(
        &fields,
        view! {
            {started(&fields, design, &Tree::navigation_key())}
            {title_inputs(visit, &fields)}
            {Field::button("add-group", visit.t("新增分组", "Add group"))}
        },
    );
    card(visit.t("新增分组", "Add a group"), form)
}

/// The navigation as a list that can be changed.
struct List<'a> {
    visit: &'a Visit,
    design: &'a Design,
    findings: Findings,
    fields: Fields,
}

impl List<'_> {
    fn t(&self, zh: &str, en: &str) -> String {
        self.visit.t(zh, en).to_owned()
    }

    fn entries(&self) -> &[NavigationEntry] {
        self.design.tree.navigation().map_or(&[], |navigation| navigation.entries.as_slice())
    }

    fn groups(&self) -> Vec<(&Key, &Text)> {
        let groups = self.entries().iter().filter_map(|entry| match entry {
            NavigationEntry::Group { key, title, .. } => Some((key, title)),
            NavigationEntry::Form { .. } => None,
        });
        groups.collect()
    }

    fn view(&self) -> AnyView {
        let entries = self.entries();
        let lines = entries.iter().enumerate().map(|(place, entry)| match entry {
            NavigationEntry::Form { form } => self.form(form, None, place, entries.len()),
            NavigationEntry::Group { key, title, forms } => {
                self.group(key, title, forms, place, entries.len())
            }
        });
        let list = if entries.is_empty() {
            let lead = self.t(
                "在旁边输入名称，新增第一个表单，例如“客户”或“合同”。",
                "Type a name beside this and add the first form, such as “Customer” or “Contract”.",
            );
            empty(Icon::Clipboard, self.t("还没有表单", "No forms yet"), lead, ())
        } else {
            view! { <ul id="order" data-list="" class="flex flex-col gap-2">{lines.collect_view()}</ul> }.into_any()
        };
        let strays = self.strays();
        let navigation = Tree::navigation_key();
        let general = view! { {self.findings.at(self.visit, "")}{self.findings.at(self.visit, navigation.as_str())} };
        form_post(
            &self.fields,
            view! {
                <input type="hidden" name="_do" value="" data-command="true"/>
                {started(&self.fields, self.design, &navigation)}
                {list}{strays}
                <div class="mt-3">{general}</div>
            },
        )
    }

    /// Forms that the navigation does not show.
    fn strays(&self) -> Option<AnyView> {
        let shown = |key: &Key| self.design.tree.navigation().is_some_and(|held| held.shows(key));
        let strays: Vec<_> =
            self.design.tree.forms().into_iter().filter(|(key, _)| !shown(key)).collect();
        (!strays.is_empty()).then(|| {
            let lines = strays.into_iter().map(|(key, form)| {
                let url = self.url(key);
                let end = self.entries().len();
                view! {
                    <li class="flex flex-wrap items-center gap-3 rounded-box border border-dashed border-base-300 bg-base-100 p-3">
                        <a class="link min-w-0 flex-1 font-medium" href=url>{form.title.get(self.visit.lang).to_owned()}</a>
                        <button type="submit" class="btn btn-sm" name="_do" value=format!("place:{key}::{end}")>{self.t("加入导航", "Add to the navigation")}</button>
                    </li>
                }
            });
            view! {
                <h2 class="mt-6 mb-2 text-sm font-medium text-muted">{self.t("不在导航中的表单", "Forms outside the navigation")}</h2>
                <ul class="flex flex-col gap-2">{lines.collect_view()}</ul>
            }
            .into_any()
        })
    }

    fn url(&self, form: &Key) -> String {
        format!("/apps/{}/design/forms/{form}", self.design.app.id)
    }

    fn form(&self, key: &Key, group: Option<&Key>, place: usize, count: usize) -> AnyView {
        let Some(form) = self.design.tree.form(key.as_str()) else {
            return view! { <li class="rounded-box border border-warning p-3 text-sm">{key.to_string()}</li> }.into_any();
        };
        let title = form.title.get(self.visit.lang).to_owned();
        let home = group.map_or("", Key::as_str);
        let (up, down) = steps(place, count, |to| format!("place:{key}:{home}:{to}"));
        let fields = form.value_fields().count();
        let fields = format!("{fields} {}", self.visit.t("个字段", "fields"));
        view! {
            <li data-move=format!("place:{key}:{{list}}:{{index}}") class="flex flex-wrap items-center gap-x-3 gap-y-1 panel px-3 py-2">
                {grip()}
                <span class="text-primary">{icon(Icon::Clipboard)}</span>
                <a class="min-w-0 flex-1 font-medium hover:underline" href=self.url(key)>{title.clone()}</a>
                <span class="text-sm whitespace-nowrap text-muted">{fields}</span>
                {self.findings.below(self.visit, key.as_str())}
                {movers(self.visit, &title, up, down)}
                {self.form_menu(key, &title, group)}
            </li>
        }
        .into_any()
    }

    fn menu(&self, name: &str, content: AnyView) -> AnyView {
        let label = format!("{} {name}", self.visit.t("更多操作：", "More for"));
        view! {
            <details class="dropdown dropdown-end">
                <summary class="btn btn-ghost btn-xs btn-square" aria-label=label.clone() title=label>{icon(Icon::More)}</summary>
                <div class="dropdown-content z-30 mt-1 w-72 max-w-[80vw] panel p-3 shadow-lg">{content}</div>
            </details>
        }
        .into_any()
    }

    fn form_menu(&self, key: &Key, title: &str, group: Option<&Key>) -> AnyView {
        let targets = self.groups().into_iter().filter(|(other, _)| Some(*other) != group);
        let into = targets.map(|(target, name)| {
            let end = usize::MAX >> 33;
            let label = format!("{} {}", self.visit.t("移到分组", "Move to"), name.get(self.visit.lang));
            view! { <button type="submit" class="btn btn-ghost btn-sm w-full justify-start" name="_do" value=format!("place:{key}:{target}:{end}")>{icon(Icon::Folder)}{label}</button> }
        });
        let out = group.map(|_| {
            let end = self.entries().len();
            view! { <button type="submit" class="btn btn-ghost btn-sm w-full justify-start" name="_do" value=format!("place:{key}::{end}")>{icon(Icon::ChevronLeft)}{self.t("移出分组", "Take out of the group")}</button> }
        });
        let question = match self.visit.lang {
            domain::lang::Lang::Zh => {
                format!("移除后“{title}”不再出现在应用中，它的记录也不再能打开。")
            }
            domain::lang::Lang::En => format!(
                "“{title}” then disappears from the app, and its records can no longer be opened."
            ),
        };
        let content = view! {
            {into.collect_view()}{out}
            <p class="mt-2 border-t border-base-300 pt-2 text-sm text-muted">{question}</p>
            <button type="submit" class="btn btn-error btn-soft btn-sm mt-2 w-full" name="_do" value=format!("remove-form:{key}")>{icon(Icon::Trash)}{self.t("移除表单", "Remove the form")}</button>
        };
        self.menu(title, content.into_any())
    }

    fn group(&self, key: &Key, title: &Text, forms: &[Key], place: usize, count: usize) -> AnyView {
        let name = title.get(self.visit.lang).to_owned();
        let (up, down) = steps(place, count, |to| format!("group:{key}:{to}"));
        let lines =
            forms.iter().enumerate().map(|(at, form)| self.form(form, Some(key), at, forms.len()));
        let nothing = forms.is_empty().then(|| {
            view! { <p class="px-3 pb-2 text-sm text-muted">{self.t("分组里还没有表单，可把表单移到这里。", "No forms in this group yet; move some here.")}</p> }
        });
        view! {
            <li data-move=format!("group:{key}:{{index}}") data-group="true" class="rounded-box border border-base-300 bg-base-200 p-2">
                <div class="flex flex-wrap items-center gap-3 px-1 pb-2">
                    {grip()}
                    <span class="text-muted">{icon(Icon::Folder)}</span>
                    <h2 class="min-w-0 flex-1 font-semibold">{name.clone()}</h2>
                    {badge(Tone::Quiet, self.t("分组", "Group"))}
                    {movers(self.visit, &name, up, down)}
                    {self.group_menu(key, title)}
                </div>
                <ul data-list=key.to_string() class="flex min-h-2 flex-col gap-2">{lines.collect_view()}</ul>
                {nothing}
            </li>
        }
        .into_any()
    }

    fn group_menu(&self, key: &Key, title: &Text) -> AnyView {
        let (zh, en) = (format!("title_zh.{key}"), format!("title_en.{key}"));
        let inputs = view! {
            {Field::text(zh).bare().label(self.t("名称（中文）", "Name (Chinese)")).value(title.zh.as_ref()).view(&self.fields)}
            {Field::text(en).bare().label(self.t("名称（英文）", "Name (English)")).value(title.en.as_ref()).view(&self.fields)}
        };
        let content = view! {
            {inputs}
            <div class="flex flex-wrap gap-2">
                <button type="submit" class="btn btn-sm" name="_do" value=format!("rename-group:{key}")>{icon(Icon::Edit)}{self.t("改名", "Rename")}</button>
                <button type="submit" class="btn btn-sm" name="_do" value=format!("remove-group:{key}")>{icon(Icon::Trash)}{self.t("取消分组", "Ungroup")}</button>
            </div>
        };
        self.menu(title.get(self.visit.lang), content.into_any())
    }
}

/// Changes the forms or the navigation.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let command = form.command().to_owned();
    let (verb, parts) = arguments(&command);
    let navigation = Tree::navigation_key();
    let here = visit.here();
    match verb {
        "add-form" => {
            let name = named(&form, "title_zh", "title_en")?;
            let key = change(&visit, &form, navigation, |tree| tree.add_form(name)).await?;
            return Ok(Go::to(format!("{}/forms/{key}", visit.path))
                .say("表单已添加，接着添加字段", "The form is there; now add its fields"));
        }
        "add-group" => {
            let name = named(&form, "title_zh", "title_en")?;
            change(&visit, &form, navigation, |tree| tree.add_group(name)).await?;
        }
        "place" => {
            let key: Key = argument(&parts, 0)?;
            let group: Option<Key> = match parts.get(1) {
                None | Some(&"") => None,
                Some(_) => Some(argument(&parts, 1)?),
            };
            let to = argument(&parts, 2)?;
            change(&visit, &form, navigation, |tree| tree.place_form(&key, group.as_ref(), to))
                .await?;
        }
        "group" => {
            let (key, to): (Key, usize) = (argument(&parts, 0)?, argument(&parts, 1)?);
            change(&visit, &form, navigation, |tree| tree.move_group(&key, to)).await?;
        }
        "rename-group" => {
            let key: Key = argument(&parts, 0)?;
            let name = named(&form, &format!("title_zh.{key}"), &format!("title_en.{key}"))?;
            change(&visit, &form, navigation, |tree| tree.rename_group(&key, name)).await?;
        }
        "remove-group" => {
            let key: Key = argument(&parts, 0)?;
            change(&visit, &form, navigation, |tree| tree.remove_group(&key)).await?;
        }
        "remove-form" => {
            let key: Key = argument(&parts, 0)?;
            change(&visit, &form, navigation, |tree| tree.remove_form(&key)).await?;
            return Ok(Go::to(here).say("表单已移除", "The form is removed"));
        }
        _ => return Err(backend::problem::missing("这个操作", "command")),
    }
    Ok(Go::to(here))
}
