//! The navigation: areas in the header, the pages of the current area beside the content.

use domain::{authority::UseCase, lang::Text};
use leptos::prelude::*;

use crate::{
    kit::{Icon, icon},
    page::Visit,
};

struct Entry {
    href: &'static str,
    label: Text,
    icon: Icon,
    /// Shown to those who may do this.
    needs: UseCase,
    /// Shown only where there is, or was, the distribution permission (Source: PRV-2).
    provider: bool,
}

impl Entry {
    fn is_open(&self, visit: &Visit) -> bool {
        visit.actor.may(self.needs).is_ok() && (visit.provider || !self.provider)
    }
}

struct Area {
    root: &'static str,
    label: Text,
    needs: UseCase,
    entries: &'static [Entry],
}

const fn entry(
    href: &'static str,
    zh: &'static str,
    en: &'static str,
    icon: Icon,
    needs: UseCase,
) -> Entry {
    Entry { href, label: Text::of(zh, en), icon, needs, provider: false }
}

/// The same, for providers.
const fn of_provider(
    href: &'static str,
    zh: &'static str,
    en: &'static str,
    icon: Icon,
    needs: UseCase,
) -> Entry {
    Entry { href, label: Text::of(zh, en), icon, needs, provider: true }
}

/// All areas with their pages, in the order of the seed's words.
const AREAS: &[Area] = &[
    Area {
        root: "/",
        label: Text::of("工作台", "Workbench"),
        needs: UseCase::ApplicationsRead,
        entries: &[
            entry("/", "我的应用", "My apps", Icon::Grid, UseCase::ApplicationsRead),
            entry("/apps/new", "新建应用", "New app", Icon::Plus, UseCase::ApplicationCreate),
            entry(
                "/apps/import",
                "导入表单",
                "Import forms",
                Icon::Upload,
                UseCase::ApplicationImport,
            ),
            entry(
                "/me/notices",
                "通知与待办",
                "Notices and tasks",
                Icon::Bell,
                UseCase::NoticesRead,
            ),
        ],
    },
    Area {
        root: "/manage",
        label: Text::of("平台管理", "Manage"),
        needs: UseCase::OrganisationRead,
        entries: &[
            entry("/manage", "组织", "Organisation", Icon::Building, UseCase::OrganisationRead),
            entry("/manage/members", "成员", "Members", Icon::Users, UseCase::MembersRead),
            entry("/manage/audit", "审计记录", "Audit trail", Icon::Shield, UseCase::AuditRead),
            entry("/manage/provider", "服务商", "Provider", Icon::Badge, UseCase::ProgrammeRead),
            of_provider(
                "/manage/provider/projects",
                "项目管理",
                "Projects",
                Icon::Folder,
                UseCase::ProjectsRead,
            ),
            of_provider(
                "/manage/provider/orders",
                "订单中心",
                "Order centre",
                Icon::Package,
                UseCase::OrdersRead,
            ),
            of_provider(
                "/manage/provider/checker",
                "链接检查",
                "Link checker",
                Icon::Search,
                UseCase::LinkCheck,
            ),
        ],
    },
    Area {
        root: "/purchased",
        label: Text::of("已购应用", "Purchased"),
        needs: UseCase::PurchasedRead,
        entries: &[entry("/purchased", "订单", "Orders", Icon::Package, UseCase::PurchasedRead)],
    },
    Area {
        root: "/operations",
        label: Text::of("平台运营", "Operations"),
        needs: UseCase::ReviewQueue,
        entries: &[
            entry("/operations", "概览", "Overview", Icon::Grid, UseCase::ReviewQueue),
            entry(
                "/operations/reviews",
                "立项审批",
                "Reviews",
                Icon::Clipboard,
                UseCase::ReviewQueue,
            ),
            entry(
                "/operations/programme",
                "分发权限申请",
                "Provider applications",
                Icon::Badge,
                UseCase::ProgrammeQueue,
            ),
            entry(
                "/operations/organisations",
                "组织与版本",
                "Organisations",
                Icon::Building,
                UseCase::OrganisationsRead,
            ),
            entry(
                "/operations/apps",
                "精品应用",
                "Premium apps",
                Icon::Star,
                UseCase::PremiumChange,
            ),
            entry(
                "/operations/agreement",
                "分发协议",
                "Agreement",
                Icon::File,
                UseCase::AgreementChange,
            ),
            entry(
                "/operations/calendar",
                "工作日历",
                "Calendar",
                Icon::Calendar,
                UseCase::CalendarChange,
            ),
            entry("/operations/jobs", "后台任务", "Jobs", Icon::Refresh, UseCase::JobsRead),
            entry(
                "/operations/audit",
                "审计记录",
                "Audit trail",
                Icon::Shield,
                UseCase::AuditReadAll,
            ),
        ],
    },
];

fn within(path: &str, root: &str) -> bool {
    path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

/// The area a path belongs to; the workbench where no other claims it.
fn area_of(path: &str) -> &'static Area {
    AREAS.iter().skip(1).find(|area| within(path, area.root)).unwrap_or(&AREAS[0])
}

/// The entry of this area that `path` belongs to.
fn here(area: &Area, path: &str) -> Option<&'static str> {
    area.entries
        .iter()
        .filter(|entry| within(path, entry.href))
        .map(|entry| entry.href)
        .max_by_key(|href| href.len())
}

/// All areas with all their pages in one menu, for phones.
pub fn menu(visit: &Visit) -> AnyView {
    let current = area_of(&visit.path);
    let areas = AREAS.iter().filter(|area| visit.actor.may(area.needs).is_ok()).map(|area| {
        let here = here(area, &visit.path).filter(|_| area.root == current.root);
        let entries = area.entries.iter().filter(|entry| entry.is_open(visit));
        let links = entries.map(|entry| {
            let here = (here == Some(entry.href)).then_some("page");
            view! {
                <li><a href=entry.href aria-current=here class="flex min-h-10 items-center gap-3 rounded-field px-3 text-sm hover:bg-base-200 aria-[current]:bg-base-200 aria-[current]:font-medium">
                    <span class="text-muted">{icon(entry.icon)}</span>{entry.label.get(visit.lang).to_owned()}</a></li>
            }
        });
        view! {
            <p class="px-3 pt-3 pb-1 text-xs font-medium text-muted">{area.label.get(visit.lang).to_owned()}</p>
            <ul>{links.collect_view()}</ul>
        }
    });
    view! {
        <details class="dropdown dropdown-end shrink-0 lg:hidden">
            <summary class="btn btn-sm shrink-0 whitespace-nowrap">{icon(Icon::Menu)}{visit.t("菜单", "Menu").to_owned()}</summary>
            <nav aria-label=visit.t("全部页面", "All pages").to_owned() class="dropdown-content panel z-40 mt-2 max-h-[75dvh] w-64 overflow-y-auto p-2 pt-0 shadow-lg">
                {areas.collect_view()}
            </nav>
        </details>
    }
    .into_any()
}

/// The areas, in the header of a desk.
pub fn areas(visit: &Visit) -> AnyView {
    let current = area_of(&visit.path).root;
    let links = AREAS.iter().filter(|area| visit.actor.may(area.needs).is_ok()).map(|area| {
        let here = area.root == current;
        view! {
            <li><a
                href=area.root
                aria-current=here.then_some("true")
                class="block rounded-field px-3 py-1.5 text-sm text-muted hover:bg-base-200 aria-[current]:bg-base-200 aria-[current]:font-medium aria-[current]:text-base-content"
            >{area.label.get(visit.lang).to_owned()}</a></li>
        }
    });
    view! {
        <nav aria-label=visit.t("区域", "Areas").to_owned() class="hidden lg:block">
            <ul class="flex gap-1 whitespace-nowrap">{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// The pages of the current area, beside the content of a desk; phones have the menu.
pub fn side(visit: &Visit) -> AnyView {
    let area = area_of(&visit.path);
    let longest = here(area, &visit.path);
    let links: Vec<_> = area
        .entries
        .iter()
        .filter(|entry| entry.is_open(visit))
        .map(|entry| {
            let here = longest == Some(entry.href);
            view! {
                <li><a
                    href=entry.href
                    aria-current=here.then_some("page")
                    class="flex items-center gap-3 rounded-field px-3 py-2 text-sm hover:bg-base-300/50 aria-[current]:bg-primary/10 aria-[current]:font-medium aria-[current]:text-primary"
                >{icon(entry.icon)}{entry.label.get(visit.lang).to_owned()}</a></li>
            }
        })
        .collect();
    if links.len() < 2 {
        return ().into_any();
    }
    let label = area.label.get(visit.lang).to_owned();
    view! {
        <nav aria-label=label.clone() class="hidden w-56 shrink-0 border-r border-base-300 px-3 py-6 lg:block">
            <ul class="flex flex-col gap-1">{links}</ul>
        </nav>
    }
    .into_any()
}
