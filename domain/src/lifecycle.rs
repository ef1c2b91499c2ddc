//! The life of an app in the organisation that has it, and who may do what in it
//! (Source: APP-1 to APP-4, APP-6).

use serde::{Deserialize, Serialize};

use crate::{
    authority::Membership,
    identity::OrganisationId,
    lang::{Lang, Text},
    organisation::Role,
    problem::{Kind, Problem},
    step::Step,
    time::Timestamp,
};

/// A customer's acceptance of a delivered app (Source: APP-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Who accepted, and when.
    pub signed: Step,
    /// The codes of the checklist's items that were not ticked.
    pub unticked: Vec<String>,
    /// What people called them then; not there in acceptances that an older program wrote.
    #[serde(default)]
    pub titles: Vec<Text>,
    /// What is still to be done, in the customer's words; empty when nothing.
    pub open_points: String,
}

impl Acceptance {
    /// Whether something was left open.
    pub fn has_open_points(&self) -> bool {
        !self.unticked.is_empty() || !self.open_points.is_empty()
    }

    /// What people call the items that were not ticked.
    pub fn left(&self, lang: Lang) -> Vec<String> {
        if self.titles.len() == self.unticked.len() {
            return self.titles.iter().map(|title| title.get(lang).to_owned()).collect();
        }
        self.unticked.iter().map(|code| code.trim_start_matches("page.").to_owned()).collect()
    }
}

/// Where an app stands. Apps that an organisation made itself begin as [`Lifecycle::Building`],
/// delivered ones as [`Lifecycle::Maintenance`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Lifecycle {
    /// Made here and not published to members yet.
    Building,
    /// 开发维护中: the provider works on it, the customer looks at it.
    Maintenance {
        /// Since when.
        since: Timestamp,
        /// Who reopened it; none when the delivery opened it.
        reopened: Option<Step>,
    },
    /// Still 开发维护中, and accepted.
    Accepted {
        /// The acceptance.
        acceptance: Acceptance,
    },
    /// 未启用: maintenance is closed, members do not see it yet.
    Ready {
        /// The acceptance that came before.
        acceptance: Acceptance,
        /// Who closed maintenance.
        closed: Step,
    },
    /// 已启用: members use it.
    Enabled {
        /// Who enabled it.
        enabled: Step,
        /// For a delivered app, its acceptance.
        acceptance: Option<Acceptance>,
    },
    /// 已停用: taken away from members again.
    Disabled {
        /// Who disabled it.
        disabled: Step,
        /// For a delivered app, its acceptance.
        acceptance: Option<Acceptance>,
    },
}

impl Lifecycle {
    /// A delivered app as it arrives (Source: APP-1).
    pub fn delivered(at: Timestamp) -> Self {
        Self::Maintenance { since: at, reopened: None }
    }

    /// The code under which the state is stored.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Maintenance { .. } => "maintenance",
            Self::Accepted { .. } => "accepted",
            Self::Ready { .. } => "ready",
            Self::Enabled { .. } => "enabled",
            Self::Disabled { .. } => "disabled",
        }
    }

    /// What people read.
    pub fn label(&self) -> Text {
        match self {
            Self::Building => Text::of("搭建中", "Building"),
            Self::Maintenance { .. } => Text::of("开发维护中", "In development"),
            Self::Accepted { .. } => Text::of("开发维护中 · 已验收", "In development · accepted"),
            Self::Ready { .. } => Text::of("未启用", "Not enabled"),
            Self::Enabled { .. } => Text::of("已启用", "Enabled"),
            Self::Disabled { .. } => Text::of("已停用", "Disabled"),
        }
    }

    /// Whether the app is 开发维护中, accepted or not.
    pub fn in_maintenance(&self) -> bool {
        matches!(self, Self::Maintenance { .. } | Self::Accepted { .. })
    }

    /// Whether members use it.
    pub fn is_enabled(&self) -> bool {
        matches!(self, Self::Enabled { .. })
    }

    /// The acceptance that the state rests on.
    pub fn acceptance(&self) -> Option<&Acceptance> {
        match self {
            Self::Building | Self::Maintenance { .. } => None,
            Self::Accepted { acceptance } | Self::Ready { acceptance, .. } => Some(acceptance),
            Self::Enabled { acceptance, .. } | Self::Disabled { acceptance, .. } => {
                acceptance.as_ref()
            }
        }
    }

    /// Refuses to tick the checklist but before the acceptance: what was ticked then stays as it was
    /// (Source: APP-2).
    ///
    /// # Errors
    /// `application.accepted_already`, `application.not_in_maintenance`.
    pub fn require_checkable(&self) -> Result<(), Problem> {
        match self {
            Self::Maintenance { .. } => Ok(()),
            Self::Accepted { acceptance } => Err(already_accepted(acceptance)),
            _ => Err(not_in_maintenance()),
        }
    }

    /// The customer's admin accepts what was delivered (Source: APP-2).
    pub fn accept(self, acceptance: Acceptance) -> Result<Self, Problem> {
        self.require_checkable()?;
        Ok(Self::Accepted { acceptance })
    }

    /// 关闭-开发维护, possible after acceptance (Source: APP-3).
    pub fn close_maintenance(self, closed: Step) -> Result<Self, Problem> {
        match self {
            Self::Accepted { acceptance } => Ok(Self::Ready { acceptance, closed }),
            Self::Maintenance { .. } => Err(not_accepted()),
            _ => Err(not_in_maintenance()),
        }
    }

    /// 开启-开发维护: the app leaves the members and is accepted anew afterwards (Source: APP-3).
    pub fn open_maintenance(self, opened: Step) -> Result<Self, Problem> {
        let reopened = Self::Maintenance { since: opened.at, reopened: Some(opened) };
        match self {
            Self::Ready { .. }
            | Self::Enabled { acceptance: Some(_), .. }
            | Self::Disabled { acceptance: Some(_), .. } => Ok(reopened),
            Self::Maintenance { .. } | Self::Accepted { .. } => Err(already_in_maintenance()),
            Self::Building | Self::Enabled { .. } | Self::Disabled { .. } => Err(own_app()),
        }
    }

    /// 启用: members may use it from now on (Source: APP-3).
    pub fn enable(self, enabled: Step) -> Result<Self, Problem> {
        match self {
            Self::Building => Ok(Self::Enabled { enabled, acceptance: None }),
            Self::Ready { acceptance, .. } => {
                Ok(Self::Enabled { enabled, acceptance: Some(acceptance) })
            }
            Self::Disabled { acceptance, .. } => Ok(Self::Enabled { enabled, acceptance }),
            Self::Enabled { .. } => Err(already_enabled()),
            Self::Maintenance { .. } | Self::Accepted { .. } => Err(still_in_maintenance()),
        }
    }

    /// 停用: members may not use it any more (Source: APP-3).
    pub fn disable(self, disabled: Step) -> Result<Self, Problem> {
        match self {
            Self::Enabled { acceptance, .. } => Ok(Self::Disabled { disabled, acceptance }),
            _ => Err(not_enabled()),
        }
    }
}

/// By which way somebody is in an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// As somebody of the organisation that has the app.
    Own,
    /// As its provider, through remote maintenance (Source: APP-5).
    Maintenance,
    /// Not at all: a send of pages changed it (Source: ORD-6).
    Delivery,
}

impl Channel {
    /// The code under which it is stored with each change.
    pub fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Maintenance => "maintenance",
            Self::Delivery => "delivery",
        }
    }

    /// Reads a stored code.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Own, Self::Maintenance, Self::Delivery]
            .into_iter()
            .find(|channel| channel.code() == code)
    }
}

/// What decides about access to an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The organisation that has it.
    pub owner: OrganisationId,
    /// For a delivered app, who sent it.
    pub provider: Option<OrganisationId>,
    /// Where it stands.
    pub lifecycle: &'a Lifecycle,
    /// False while a delivery is under way: nobody sees half an app (Source: ORD-3).
    pub visible: bool,
    /// Whether the customer may change the components of a delivered app (Source: APP-4).
    pub edit_permission: bool,
}

/// What somebody may do in an app. Those who may do none of it do not learn that it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Open it: its navigation, forms and records (of the provider: sample records only).
    pub use_: bool,
    /// Enable, disable, accept, and change its settings.
    pub configure: bool,
    /// Change its components.
    pub design: bool,
    /// As whom.
    pub channel: Channel,
}

impl Access {
    /// No access.
    pub const NONE: Self =
        Self { use_: false, configure: false, design: false, channel: Channel::Own };

    /// Whether there is any access.
    pub fn any(&self) -> bool {
        self.use_ || self.configure || self.design
    }

    /// Whether this is the provider's entrance, to be marked on every screen.
    pub fn is_maintenance(&self) -> bool {
        self.channel == Channel::Maintenance
    }

    /// Whether business records stay hidden: the provider sees sample records only
    /// (Source: APP-5).
    pub fn samples_only(&self) -> bool {
        self.is_maintenance()
    }

    /// What an app is called is for the organisation that has it: what its provider changes is a
    /// component, and can be read as a difference (Source: APP-5).
    ///
    /// # Errors
    /// `application.name_of_customer`.
    pub fn require_own_name(&self) -> Result<(), Problem> {
        if self.is_maintenance() { Err(name_of_customer()) } else { Ok(()) }
    }
}

/// What somebody acting in an organisation may do in an app (Source: APP-1, APP-3, APP-4, APP-5).
/// The one place where this is decided.
pub fn visible_to(standing: &Standing<'_>, membership: Option<&Membership>) -> Access {
    let Some(membership) = membership.filter(|_| standing.visible) else { return Access::NONE };
    let builds = membership.role >= Role::Developer;
    if membership.organisation == standing.owner {
        let delivered = standing.provider.is_some();
        Access {
            use_: builds || standing.lifecycle.is_enabled(),
            configure: membership.role == Role::Admin,
            design: builds && (!delivered || standing.edit_permission),
            channel: Channel::Own,
        }
    } else if standing.provider == Some(membership.organisation)
        && builds
        && standing.lifecycle.in_maintenance()
    {
        Access { use_: true, configure: false, design: true, channel: Channel::Maintenance }
    } else {
        Access::NONE
    }
}

/// The refusal to change a delivered app without the permission (Source: APP-4).
pub fn no_edit_permission() -> Problem {
    Problem::new(
        Kind::Denied,
        "application.no_edit_permission",
        "APP-4",
        "服务商没有开放这个应用的编辑权限，您可以使用和配置它，但不能修改页面",
        "The provider has not opened edit permission: this app can be used and configured, its pages cannot be changed",
    )
    .remedy("请联系服务商在订单中开放编辑权限", "Ask the provider to open edit permission in the order")
}

fn name_of_customer() -> Problem {
    Problem::new(
        Kind::Denied,
        "application.name_of_customer",
        "APP-5",
        "应用的名称和说明由客户自己修改，远程维护只修改页面",
        "What the app is called is changed by the customer; remote maintenance changes its pages",
    )
    .remedy(
        "请客户的平台管理员或开发者在应用设置中修改",
        "Ask a platform admin or developer of the customer to change it in the app's settings",
    )
}

fn not_in_maintenance() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.not_in_maintenance",
        "APP-3",
        "这个应用现在不是「开发维护中」",
        "This app is not in development now",
    )
    .remedy(
        "需要服务商继续开发时，请先开启开发维护",
        "To let the provider go on working, open maintenance first",
    )
}

fn already_in_maintenance() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.in_maintenance",
        "APP-3",
        "这个应用已经是「开发维护中」",
        "This app is in development already",
    )
}

fn not_accepted() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.not_accepted",
        "APP-3",
        "验收之后才能关闭开发维护",
        "Maintenance can be closed after acceptance",
    )
    .remedy(
        "请先完成验收；有遗留问题也可以验收，问题会被记录",
        "Accept the app first; accepting with open points is possible and recorded",
    )
}

fn already_accepted(acceptance: &Acceptance) -> Problem {
    let name = &acceptance.signed.name;
    Problem::with(
        Kind::Conflict,
        "application.accepted_already",
        "APP-2",
        Text::new(format!("{name} 已经完成验收"), format!("{name} has accepted this app already")),
    )
    .remedy("下一步：关闭开发维护", "The next step is to close maintenance")
}

fn still_in_maintenance() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.still_in_maintenance",
        "APP-3",
        "应用还在「开发维护中」，不能启用",
        "The app is still in development and cannot be enabled",
    )
    .remedy("请先验收，再关闭开发维护，然后启用", "Accept it, close maintenance, then enable it")
}

fn already_enabled() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.enabled_already",
        "APP-3",
        "这个应用已经启用",
        "This app is enabled already",
    )
}

fn not_enabled() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.not_enabled",
        "APP-3",
        "这个应用没有启用",
        "This app is not enabled",
    )
}

fn own_app() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.own",
        "APP-3",
        "这是本组织自建的应用，没有开发维护阶段",
        "Your organisation made this app itself; it has no maintenance phase",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signed() -> Step {
        Step {
            by: crate::identity::AccountId(uuid::Uuid::nil()),
            name: "李娜".into(),
            at: Timestamp(1),
        }
    }

    fn acceptance() -> Acceptance {
        Acceptance {
            signed: signed(),
            unticked: vec![],
            titles: vec![],
            open_points: String::new(),
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Move {
        Accept,
        Close,
        Open,
        Enable,
        Disable,
    }

    fn act(life: Lifecycle, step: Move) -> Result<Lifecycle, Problem> {
        match step {
            Move::Accept => life.accept(acceptance()),
            Move::Close => life.close_maintenance(signed()),
            Move::Open => life.open_maintenance(signed()),
            Move::Enable => life.enable(signed()),
            Move::Disable => life.disable(signed()),
        }
    }

    fn steps() -> impl Strategy<Value = Vec<Move>> {
        let step = prop_oneof![
            Just(Move::Accept),
            Just(Move::Close),
            Just(Move::Open),
            Just(Move::Enable),
            Just(Move::Disable)
        ];
        prop::collection::vec(step, 0..40)
    }

    fn member(organisation: u128, role: Role) -> Membership {
        Membership {
            organisation: OrganisationId(uuid::Uuid::from_u128(organisation)),
            organisation_name: String::new(),
            role,
        }
    }

    fn access(
        life: &Lifecycle,
        delivered: bool,
        edit: bool,
        organisation: u128,
        role: Role,
    ) -> Access {
        let standing = Standing {
            owner: OrganisationId(uuid::Uuid::from_u128(1)),
            provider: delivered.then(|| OrganisationId(uuid::Uuid::from_u128(2))),
            lifecycle: life,
            visible: true,
            edit_permission: edit,
        };
        visible_to(&standing, Some(&member(organisation, role)))
    }

    #[test]
    fn app3_a_delivered_app_reaches_members_by_acceptance_closing_and_enabling_only() {
        let arrived = Lifecycle::delivered(Timestamp(0));
        assert_eq!(
            arrived.clone().close_maintenance(signed()).map_err(|p| p.code),
            Err("application.not_accepted".into())
        );
        assert_eq!(
            arrived.clone().enable(signed()).map_err(|p| p.code),
            Err("application.still_in_maintenance".into())
        );
        let enabled = arrived
            .accept(acceptance())
            .and_then(|life| life.close_maintenance(signed()))
            .and_then(|life| life.enable(signed()))
            .expect("the whole way");
        let disabled = enabled.clone().disable(signed()).expect("停用");
        let reopened = disabled.open_maintenance(signed()).expect("开启-开发维护");
        assert_eq!(reopened.acceptance(), None, "what changes is accepted anew");
        assert!(enabled.is_enabled());
    }

    #[test]
    fn app1_in_maintenance_members_see_nothing_and_the_provider_only_through_its_channel() {
        let life = Lifecycle::delivered(Timestamp(0));
        assert_eq!(access(&life, true, false, 1, Role::Member), Access::NONE);
        assert!(access(&life, true, false, 1, Role::Developer).use_);
        let provider = access(&life, true, false, 2, Role::Developer);
        assert!(provider.design && provider.is_maintenance() && provider.samples_only());
        assert!(!provider.configure);
        assert_eq!(access(&life, true, false, 2, Role::Member), Access::NONE);
        assert_eq!(access(&life, true, false, 3, Role::Admin), Access::NONE);
    }

    #[test]
    fn app4_the_customer_changes_components_only_with_edit_permission() {
        let life = Lifecycle::delivered(Timestamp(0));
        assert!(!access(&life, true, false, 1, Role::Admin).design);
        assert!(access(&life, true, false, 1, Role::Admin).configure);
        assert!(access(&life, true, true, 1, Role::Developer).design);
        assert!(
            access(&Lifecycle::Building, false, false, 1, Role::Developer).design,
            "own apps need none"
        );
    }

    #[test]
    fn ord3_nobody_sees_an_app_that_is_still_being_sent() {
        let life = Lifecycle::delivered(Timestamp(0));
        let standing = Standing {
            owner: OrganisationId(uuid::Uuid::from_u128(1)),
            provider: Some(OrganisationId(uuid::Uuid::from_u128(2))),
            lifecycle: &life,
            visible: false,
            edit_permission: true,
        };
        for organisation in [1, 2, 3] {
            assert_eq!(
                visible_to(&standing, Some(&member(organisation, Role::Admin))),
                Access::NONE
            );
        }
    }

    proptest! {
        #[test]
        fn app3_no_sequence_reaches_members_or_the_provider_wrongly(delivered: bool, steps in steps()) {
            let mut life = if delivered { Lifecycle::delivered(Timestamp(0)) } else { Lifecycle::Building };
            for step in steps {
                let before = life.clone();
                life = act(life, step).unwrap_or(before);
                if delivered && !life.in_maintenance() {
                    prop_assert!(life.acceptance().is_some(), "only what was accepted leaves maintenance");
                }
                prop_assert!(delivered || !life.in_maintenance());
                prop_assert_eq!(access(&life, delivered, false, 1, Role::Member).use_, life.is_enabled());
                prop_assert_eq!(access(&life, delivered, false, 2, Role::Admin).any(), life.in_maintenance());
                let stored = serde_json::to_value(&life).expect("JSON");
                prop_assert_eq!(&stored["state"], life.code());
                prop_assert_eq!(serde_json::from_value::<Lifecycle>(stored).expect("a state"), life.clone());
            }
        }
    }
}
