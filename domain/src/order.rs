//! Purchase and orders: who may buy, where an order stands, what it offers
//! (Source: PUR-1 to PUR-3, ORD-1, ORD-3, ORD-6, PRJ-6).

use serde::{Deserialize, Serialize};

use crate::{
    identity::DeliveryId,
    lang::Text,
    organisation::{CorpId, Role},
    problem::{Kind, Problem},
    step::Step,
    time::Timestamp,
};

/// Where an order stands (Source: ORD-3). Sending pages later does not change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// 待发送: bought, the provider sends next.
    Pending,
    /// 发送中.
    Sending {
        /// The delivery under way.
        delivery: DeliveryId,
    },
    /// 成功: the app is in the customer's organisation.
    Sent {
        /// The delivery that brought it.
        delivery: DeliveryId,
        /// When.
        at: Timestamp,
    },
    /// 失败: nothing has arrived.
    Failed {
        /// The delivery that failed.
        delivery: DeliveryId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: Problem,
    },
    /// 已取消: the project was closed before anything was sent (Source: PRJ-6).
    Cancelled {
        /// Who closed the project.
        step: Step,
    },
}

impl OrderState {
    /// The codes of all states, in the order of the lifecycle.
    pub const CODES: [&'static str; 5] = ["pending", "sending", "sent", "failed", "cancelled"];

    /// The code under which it is stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending { .. } => "sending",
            Self::Sent { .. } => "sent",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// What people read for a state's code.
    pub fn label_of(code: &str) -> Text {
        match code {
            "pending" => Text::of("待发送", "To be sent"),
            "sending" => Text::of("发送中", "Sending"),
            "sent" => Text::of("成功", "Sent"),
            "failed" => Text::of("失败", "Failed"),
            _ => Text::of("已取消", "Cancelled"),
        }
    }

    /// What people read.
    pub fn label(&self) -> Text {
        Self::label_of(self.code())
    }

    /// A send begins, the first or one after a failure.
    ///
    /// # Errors
    /// `order.sending`, `order.sent`, `order.cancelled`.
    pub fn send(self, delivery: DeliveryId) -> Result<Self, Problem> {
        match self {
            Self::Pending | Self::Failed { .. } => Ok(Self::Sending { delivery }),
            Self::Sending { .. } => Err(sending()),
            Self::Sent { .. } => Err(sent_already()),
            Self::Cancelled { .. } => Err(cancelled()),
        }
    }

    /// The delivery under way has arrived.
    ///
    /// # Errors
    /// `order.not_sending` where another delivery, or none, is under way.
    pub fn succeed(self, delivery: DeliveryId, at: Timestamp) -> Result<Self, Problem> {
        match self {
            Self::Sending { delivery: under_way } if under_way == delivery => {
                Ok(Self::Sent { delivery, at })
            }
            _ => Err(not_sending()),
        }
    }

    /// The delivery under way has failed for good.
    ///
    /// # Errors
    /// `order.not_sending` where another delivery, or none, is under way.
    pub fn fail(
        self,
        delivery: DeliveryId,
        at: Timestamp,
        reason: Problem,
    ) -> Result<Self, Problem> {
        match self {
            Self::Sending { delivery: under_way } if under_way == delivery => {
                Ok(Self::Failed { delivery, at, reason })
            }
            _ => Err(not_sending()),
        }
    }

    /// The project is closed: what was never sent is cancelled (Source: PRJ-6).
    ///
    /// # Errors
    /// `order.sending`, `order.sent`, `order.cancelled`.
    pub fn cancel(self, step: Step) -> Result<Self, Problem> {
        match self {
            Self::Pending | Self::Failed { .. } => Ok(Self::Cancelled { step }),
            Self::Sending { .. } => Err(sending()),
            Self::Sent { .. } => Err(sent_already()),
            Self::Cancelled { .. } => Err(cancelled()),
        }
    }

    /// Requires that the app has arrived, for everything offered afterwards (Source: ORD-6).
    ///
    /// # Errors
    /// `order.not_sent`.
    pub fn require_sent(&self) -> Result<(), Problem> {
        if matches!(self, Self::Sent { .. }) { Ok(()) } else { Err(not_sent()) }
    }

    /// Who acts next after a purchase, in the customer's words (Source: ALL-2).
    pub fn next_for_customer(&self, provider: &str) -> Text {
        match self {
            Self::Pending | Self::Failed { .. } => Text::new(
                format!("接下来由「{provider}」发送应用，送达后会通知您。"),
                format!("“{provider}” sends the app next; you are told when it arrives."),
            ),
            Self::Sending { .. } => Text::new(
                format!("「{provider}」正在发送应用，送达后会通知您。"),
                format!("“{provider}” is sending the app; you are told when it arrives."),
            ),
            Self::Sent { .. } => Text::of(
                "应用已送达，请逐页查看并验收。",
                "The app has arrived: look at each page and accept it.",
            ),
            Self::Cancelled { .. } => Text::new(
                format!("「{provider}」结束了项目，订单已取消。如仍需要，请联系服务商。"),
                format!(
                    "“{provider}” closed the project and the order was cancelled. Contact the provider if you still need it."
                ),
            ),
        }
    }

    /// Whether nothing has arrived, so that closing the project cancels it.
    pub const fn is_unsent(&self) -> bool {
        matches!(self, Self::Pending | Self::Failed { .. })
    }
}

/// Who may buy for an organisation (Source: PUR-2): its platform admins, for the organisation that
/// the project names. The checks come in this order.
///
/// # Errors
/// `purchase.no_permission`, naming who could; `purchase.other_organisation`, showing the CorpID of
/// the chosen organisation and never the project's.
pub fn may_buy(
    role: Option<Role>,
    admins: &[String],
    chosen: &CorpId,
    wanted: &CorpId,
) -> Result<(), Problem> {
    if role != Some(Role::Admin) {
        return Err(no_permission(admins));
    }
    if chosen != wanted {
        return Err(other_organisation(chosen));
    }
    Ok(())
}

fn no_permission(admins: &[String]) -> Problem {
    let problem = Problem::new(
        Kind::Denied,
        "purchase.no_permission",
        "PUR-2",
        "没有权限：只有组织的平台管理员可以购买应用",
        "No permission: only a platform admin of the organisation can buy",
    );
    if admins.is_empty() {
        problem.remedy("这个组织还没有平台管理员", "This organisation has no platform admin yet")
    } else {
        problem.remedy(
            format!("请把链接转给本组织的平台管理员：{}", admins.join("、")),
            format!("Pass the link on to a platform admin: {}", admins.join(", ")),
        )
    }
}

fn other_organisation(chosen: &CorpId) -> Problem {
    Problem::new(
        Kind::Denied,
        "purchase.other_organisation",
        "PUR-2",
        "当前组织无法购买，请联系服务商",
        "This organisation cannot buy; contact the provider",
    )
    .remedy(
        format!("请把当前组织的 CorpID 告诉服务商：{chosen}；如果选错了组织，请换一个"),
        format!(
            "Give the provider this organisation's CorpID: {chosen}; or choose another organisation"
        ),
    )
}

/// The refusal of a link whose order another organisation placed, for people outside it.
pub fn bought_already() -> Problem {
    Problem::new(
        Kind::Conflict,
        "purchase.bought_already",
        "PUR-3",
        "这个链接已经完成购买，一个链接只能购买一次",
        "This link has been used for its purchase; a link is for one purchase",
    )
    .remedy("请联系服务商获取新的链接", "Ask the provider for a new link")
}

fn sending() -> Problem {
    Problem::new(
        Kind::Conflict,
        "order.sending",
        "ORD-3",
        "应用正在发送中，请等待这次发送结束",
        "The app is being sent; wait for this send to end",
    )
}

fn sent_already() -> Problem {
    Problem::new(
        Kind::Conflict,
        "order.sent",
        "ORD-3",
        "应用已经发送成功",
        "The app has been sent already",
    )
    .remedy("如需更新，请使用「发送页面」", "To update it, use “Send page”")
}

fn cancelled() -> Problem {
    Problem::new(
        Kind::Conflict,
        "order.cancelled",
        "PRJ-6",
        "项目已结项，订单已取消",
        "The project is closed and the order cancelled",
    )
}

fn not_sending() -> Problem {
    Problem::new(
        Kind::Conflict,
        "order.not_sending",
        "ORD-3",
        "这个订单没有正在进行的发送",
        "This order is not being sent",
    )
}

fn not_sent() -> Problem {
    Problem::new(
        Kind::Conflict,
        "order.not_sent",
        "ORD-6",
        "应用发送成功之后才能这样做",
        "This is possible once the app has been sent",
    )
}

/// The refusal to send when the project is not open (Source: PRJ-6).
pub fn project_not_open() -> Problem {
    Problem::new(
        Kind::Conflict,
        "order.project_not_open",
        "PRJ-6",
        "项目已结项，不能再发送",
        "The project is closed, so nothing can be sent any more",
    )
    .remedy("如需继续交付，请重新立项", "To go on delivering, file a new project")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identity::AccountId;

    fn delivery(n: u128) -> DeliveryId {
        DeliveryId(uuid::Uuid::from_u128(n))
    }

    fn signed() -> Step {
        Step { by: AccountId(uuid::Uuid::nil()), name: "林晓".into(), at: Timestamp(1) }
    }

    fn corp(n: u8) -> CorpId {
        CorpId::parse(&format!("ding{n:016x}")).expect("a CorpID")
    }

    #[test]
    fn pur2_the_role_is_checked_before_the_corp_id() {
        let admins = ["周敏".to_owned(), "赵强".to_owned()];
        for role in [None, Some(Role::Member), Some(Role::Developer)] {
            let refused = may_buy(role, &admins, &corp(1), &corp(2)).expect_err("not an admin");
            assert_eq!(refused.code, "purchase.no_permission");
            assert!(refused.remedy.zh.contains("周敏、赵强"), "says who could buy");
        }
        assert!(may_buy(Some(Role::Admin), &admins, &corp(1), &corp(1)).is_ok());
    }

    #[test]
    fn pur2_the_refusal_shows_the_chosen_corp_id_and_never_the_projects() {
        let refused = may_buy(Some(Role::Admin), &[], &corp(1), &corp(2)).expect_err("another");
        assert_eq!(refused.text.zh, "当前组织无法购买，请联系服务商");
        let said = serde_json::to_string(&refused).expect("JSON");
        assert!(said.contains(corp(1).as_str()) && !said.contains(corp(2).as_str()));
    }

    #[test]
    fn all2_the_customer_reads_who_acts_next() {
        let next = |state: &OrderState| state.next_for_customer("云起科技").zh.into_owned();
        let sending = OrderState::Pending.send(delivery(1)).expect("a send");
        let sent = sending.clone().succeed(delivery(1), Timestamp(2)).expect("arrival");
        assert!(next(&OrderState::Pending).contains("由「云起科技」发送"));
        assert!(next(&sending).contains("正在发送"));
        assert!(next(&sent).contains("请逐页查看并验收"));
        assert!(next(&OrderState::Pending.cancel(signed()).expect("cancelled")).contains("已取消"));
    }

    #[test]
    fn prj6_only_what_never_arrived_is_cancelled() {
        assert!(OrderState::Pending.cancel(signed()).is_ok());
        let sending = OrderState::Pending.send(delivery(1)).expect("a send");
        assert_eq!(
            sending.clone().cancel(signed()).map_err(|p| p.code),
            Err("order.sending".into())
        );
        let sent = sending.succeed(delivery(1), Timestamp(2)).expect("arrival");
        assert_eq!(sent.cancel(signed()).map_err(|p| p.code), Err("order.sent".into()));
    }

    proptest! {
        #[test]
        fn ord3_no_sequence_delivers_twice_or_after_cancelling(steps in prop::collection::vec((0..4_u8, 1..4_u128), 0..40)) {
            let mut state = OrderState::Pending;
            let (mut arrivals, mut cancelled) = (0, false);
            for (step, n) in steps {
                let before = state.clone();
                let next = match step {
                    0 => state.send(delivery(n)),
                    1 => state.succeed(delivery(n), Timestamp(1)),
                    2 => state.fail(delivery(n), Timestamp(1), sent_already()),
                    _ => state.cancel(signed()),
                };
                if let Ok(next) = &next {
                    prop_assert!(!cancelled, "nothing follows a cancellation");
                    arrivals += usize::from(matches!(next, OrderState::Sent { .. }));
                    cancelled = matches!(next, OrderState::Cancelled { .. });
                }
                state = next.unwrap_or(before);
                let stored = serde_json::to_value(&state).expect("JSON");
                prop_assert_eq!(&stored["state"], state.code());
            }
            prop_assert!(arrivals <= 1);
        }
    }
}
