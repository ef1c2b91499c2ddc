//! The purchase as its screens show it, and its command (Source: PUR-1 to PUR-3).

use serde::{Deserialize, Serialize};

use crate::{
    command::Command,
    identity::{OrderId, OrganisationId},
    lang::Text,
    order::bought_already,
    organisation::{Edition, Role},
    problem::Problem,
    time::Timestamp,
};

/// What a link leads to, for whoever opens it: the offer, who has opened it, what they could do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// What is offered.
    pub offer: Offer,
    /// Who is signed in, if anybody.
    pub visitor: Option<Visitor>,
    /// The order placed through the link, where the visitor is an admin of the organisation that placed it.
    pub order: Option<Placed>,
}

/// The steps of a purchase, each with an address of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Step {
    /// 查看: what is offered.
    Look,
    /// 选择组织: for whom; before that, who.
    Organisation,
    /// 确认购买.
    Confirm,
    /// 完成: the order.
    Done,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Look, Self::Organisation, Self::Confirm, Self::Done];

    /// The end of its address, after the link's.
    pub fn path(self) -> &'static str {
        match self {
            Self::Look => "",
            Self::Organisation => "/organisation",
            Self::Confirm => "/confirm",
            Self::Done => "/done",
        }
    }

    /// The step that an address of this link ends in.
    pub fn of_path(path: &str) -> Self {
        let end = path.rsplit('/').next().unwrap_or_default();
        let found = Self::ALL.into_iter().find(|step| step.path().strip_prefix('/') == Some(end));
        found.unwrap_or(Self::Look)
    }
}

/// What the screen shows at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The offer, for people to look at.
    Offer,
    /// The link sells nothing to anybody any more.
    Dead,
    /// Who it is, first.
    SignIn,
    /// The organisations to choose from.
    Choice,
    /// What would be bought, with the button.
    Confirmation,
    /// Why the organisation acted in cannot buy.
    Refusal,
    /// The order that was placed.
    Order,
}

impl Purchase {
    /// What is shown where `step` is asked for. An order, once placed, is shown at every step; a dead
    /// link says so at every step (Source: PUR-2, in the order of its checks).
    pub fn shown(&self, step: Step) -> Shown {
        if self.order.is_some() {
            return Shown::Order;
        }
        // Who bought may have to sign in first to see the order.
        let used = self.offer.bought_at.is_some() && self.visitor.is_some();
        if self.offer.dead.is_some() || used {
            return Shown::Dead;
        }
        if step == Step::Look {
            return Shown::Offer;
        }
        let Some(visitor) = &self.visitor else { return Shown::SignIn };
        match (step, visitor.acting()) {
            (Step::Confirm, Some(choice)) if choice.refusal.is_some() => Shown::Refusal,
            (Step::Confirm, Some(_)) => Shown::Confirmation,
            // Without an order there is nothing done yet.
            _ => Shown::Choice,
        }
    }

    /// The refusal whose status the page has where `step` is asked for.
    pub fn refusal(&self, step: Step) -> Option<Problem> {
        match self.shown(step) {
            Shown::Dead => Some(self.offer.dead.clone().unwrap_or_else(bought_already)),
            Shown::Refusal => self.visitor.as_ref()?.acting()?.refusal.clone(),
            _ => None,
        }
    }
}

/// What a link offers. It grants nothing, so strangers may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The link's token.
    pub token: String,
    /// The app's name.
    pub app_name: Text,
    /// What it is for.
    pub description: String,
    /// Its icon.
    pub icon: String,
    /// The provider's name.
    pub provider_name: String,
    /// The provider's edition.
    pub provider_edition: Edition,
    /// Who made the link: the person to ask.
    pub contact: Contact,
    /// The customer's name, as the project has it.
    pub customer_name: String,
    /// The number of the release that would be bought; none where the app was never released.
    pub release: Option<i64>,
    /// The pages in it, in order.
    pub contents: Vec<Content>,
    /// Why the link is dead, if it is.
    pub dead: Option<Problem>,
    /// When somebody bought through it.
    pub bought_at: Option<Timestamp>,
}

/// A person to ask at the provider's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The e-mail address or phone number.
    pub reach: String,
}

/// One component of what is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its title.
    pub title: Text,
    /// How many fields it has.
    pub fields: u32,
}

/// How much of a component an edition allows (Source: ENT-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Works {
    /// All of it.
    Whole,
    /// What does not work, and from which edition on it would.
    Partly(Text, Edition),
    /// Why it is off, and from which edition on it would not be.
    Off(Text, Edition),
}

impl Content {
    /// How much of it works in `edition`. Every edition has form pages.
    pub fn works(&self, edition: Edition) -> Works {
        match edition {
            Edition::Free | Edition::Light | Edition::Professional | Edition::Exclusive => {
                Works::Whole
            }
        }
    }
}

/// Who has opened the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The name.
    pub name: String,
    /// The login.
    pub login: String,
    /// The organisation acted in.
    pub acting: Option<OrganisationId>,
    /// The organisations to choose from: those that can buy first.
    pub choices: Vec<Choice>,
}

impl Visitor {
    /// The organisation acted in, as one of the choices.
    pub fn acting(&self) -> Option<&Choice> {
        self.choices.iter().find(|choice| Some(choice.organisation) == self.acting)
    }
}

/// An organisation of the visitor, and whether it can buy (Source: PUR-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its CorpID, to pass on; the project's is shown to nobody.
    pub corp_id: String,
    /// The visitor's role in it.
    pub role: Role,
    /// Its edition.
    pub edition: Edition,
    /// Why it cannot buy; none where it can.
    pub refusal: Option<Problem>,
    /// The newest order of the same app that it has placed already.
    pub before: Option<Before>,
}

/// An earlier order of the same app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// The order placed through a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: Text,
    /// Who acts next.
    pub next: Text,
    /// The organisation that placed it.
    pub customer: OrganisationId,
    /// Its name.
    pub customer_name: String,
    /// Who placed it.
    pub buyer_name: String,
    /// When.
    pub placed_at: Timestamp,
}

/// 购买应用: places the one order of a link, for the organisation acted in (Source: PUR-3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Buy {
    /// The link's token.
    pub token: String,
}

impl Command for Buy {
    type Checked = String;
    type Answer = Placed;
    const NAME: &'static str = "purchase/buy";

    fn check(&self) -> Result<String, Problem> {
        Ok(self.token.clone())
    }
}
