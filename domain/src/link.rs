//! Distribution links (分发链接): what can be offered, the address people compare, and why a link is
//! dead (Source: LNK-1 to LNK-3, PUR-4).

use serde::{Deserialize, Serialize};

use crate::{
    identity::{ApplicationId, ProjectId},
    lang::{Text, counted},
    organisation::CorpId,
    problem::{FieldCheck, Kind, Problem},
    project::ProjectState,
    step::Step,
};

/// Whether a link still leads anywhere. That its project is open is asked beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It leads to the offer.
    Live,
    /// Somebody of the provider took it back.
    Revoked(Step),
}

impl LinkState {
    /// Takes a link back.
    ///
    /// # Errors
    /// `link.revoked` where that has happened.
    pub fn revoke(self, step: Step) -> Result<Self, Problem> {
        match self {
            Self::Live => Ok(Self::Revoked(step)),
            Self::Revoked(_) => Err(revoked()),
        }
    }

    /// Refuses a dead link with the reason it is dead (Source: PUR-2).
    ///
    /// # Errors
    /// `link.revoked`, `link.project_closed`, `link.project_not_open`.
    pub fn require_alive(&self, project: &ProjectState) -> Result<(), Problem> {
        require_alive(matches!(self, Self::Revoked(_)), project)
    }
}

/// The same, where who revoked the link is not at hand.
///
/// # Errors
/// `link.revoked`, `link.project_closed`, `link.project_not_open`.
pub fn require_alive(is_revoked: bool, project: &ProjectState) -> Result<(), Problem> {
    match project {
        _ if is_revoked => Err(revoked()),
        ProjectState::Approved { .. } => Ok(()),
        ProjectState::Closed { .. } => Err(project_closed()),
        _ => Err(project_not_open()),
    }
}

/// What makes an app selectable or not (Source: LNK-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offerable {
    /// Marked 精品 by an operator.
    pub premium: bool,
    /// Was itself delivered from another organisation.
    pub delivered: bool,
}

impl Offerable {
    /// Why it cannot be picked, as the list says it.
    pub const fn reason(self) -> Option<Text> {
        match self {
            Self { delivered: true, .. } => Some(Text::of(
                "分发而来的应用，不支持二次分发",
                "Was delivered to you; it cannot be distributed again",
            )),
            Self { premium: true, .. } => {
                Some(Text::of("精品应用，暂不支持分发", "Premium app; it cannot be distributed"))
            }
            _ => None,
        }
    }

    /// Refuses a link to an app that cannot be distributed (Source: LNK-2).
    ///
    /// # Errors
    /// `link.not_distributable`, with the sentence of the rule.
    pub fn require(self) -> Result<(), Problem> {
        match self.reason() {
            None => Ok(()),
            Some(reason) => Err(Problem::new(
                Kind::Conflict,
                "link.not_distributable",
                "LNK-2",
                "当前选择的应用不支持获取分发链接",
                "No distribution link can be made for the chosen app",
            )
            .remedy(reason.zh, reason.en)),
        }
    }
}

/// The path of a link. `corpName` carries the customer's name for people to compare; it grants
/// nothing (Source: LNK-3).
pub fn path(token: &str, customer_name: &str) -> String {
    format!("/l/{token}?corpName={}", percent_encode(customer_name))
}

/// Percent-encodes everything but unreserved characters (RFC 3986).
fn percent_encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len() * 3), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// Reads percent-encoded text, also with `+` for a space; what is not UTF-8 is replaced.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                decoded.push(value);
                at += 3;
                continue;
            }
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// What can be read from a link that somebody pasted, also out of a chat message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// The token.
    pub token: String,
    /// The customer's name in `corpName`, where there is one.
    pub corp_name: Option<String>,
}

/// Reads a pasted link, or a bare token.
pub fn read_pasted(typed: &str) -> Option<Pasted> {
    let typed = typed.trim();
    let (token, rest) = match typed.split_once("/l/") {
        Some((_, after)) => {
            let end = after.find(|c: char| !is_token_char(c)).unwrap_or(after.len());
            after.split_at(end)
        }
        None => (typed, ""),
    };
    let fits = (20..=100).contains(&token.len()) && token.chars().all(is_token_char);
    let corp_name = rest.split_once("corpName=").map(|(_, value)| {
        let end = value.find(|c: char| c == '&' || c == '#' || c.is_whitespace());
        percent_decode(&value[..end.unwrap_or(value.len())])
    });
    fits.then(|| Pasted {
        token: token.to_owned(),
        corp_name: corp_name.filter(|name| !name.is_empty()),
    })
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// The form of the link checker, as typed (Source: PUR-4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckForm {
    /// A link or its token; may be empty.
    pub link: String,
    /// The CorpID the customer sees on the refusal page; may be empty.
    pub corp_id: String,
}

/// The form of the link checker, checked: at least one of the two is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCheck {
    /// The link.
    pub link: Option<Pasted>,
    /// The CorpID.
    pub corp_id: Option<CorpId>,
}

impl CheckForm {
    /// Reads the form.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<CheckedCheck, Problem> {
        let mut check = FieldCheck::new();
        let (link, corp_id) = (self.link.trim(), self.corp_id.trim());
        if link.is_empty() && corp_id.is_empty() {
            check.fail(
                "link",
                Text::of(
                    "请粘贴分发链接，或填写客户的 CorpID",
                    "Paste the link, or enter the customer's CorpID",
                ),
            );
        }
        let pasted = (!link.is_empty())
            .then(|| {
                let read = read_pasted(link).ok_or_else(|| {
                    Text::of(
                        "这不是分发链接；链接形如 …/l/…?corpName=…",
                        "This is not a distribution link; one looks like …/l/…?corpName=…",
                    )
                });
                check.take("link", read)
            })
            .flatten();
        let corp =
            (!corp_id.is_empty()).then(|| check.take("corp_id", CorpId::parse(corp_id))).flatten();
        check.conclude(Some(CheckedCheck { link: pasted, corp_id: corp }))
    }
}

/// One thing the checker looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What came out.
    pub verdict: Verdict,
    /// In words.
    pub text: Text,
    /// What to do about it; empty where nothing is to be done.
    pub remedy: Text,
}

/// What came out of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// In order.
    Fine,
    /// A reason why the purchase does not go.
    Cause,
    /// Could not be looked at with what was given.
    Open,
}

impl Finding {
    /// In order.
    pub const fn fine(text: Text) -> Self {
        Self { verdict: Verdict::Fine, text, remedy: Text::of("", "") }
    }

    /// A reason, and what to do.
    pub const fn cause(text: Text, remedy: Text) -> Self {
        Self { verdict: Verdict::Cause, text, remedy }
    }

    /// Not looked at, and what to give for it.
    pub const fn open(text: Text) -> Self {
        Self { verdict: Verdict::Open, text, remedy: Text::of("", "") }
    }
}

/// What is known of a link when it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Revoked or not.
    pub link: LinkState,
    /// The project's state.
    pub project: ProjectState,
    /// The project's number, for people.
    pub number: String,
    /// The customer's name in the project.
    pub customer_name: String,
    /// The customer's CorpID in the project.
    pub customer_corp_id: CorpId,
    /// The number of the order already placed through the link.
    pub order: Option<String>,
}

/// What is known of the organisation that would buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    /// The CorpID that was given.
    pub corp_id: CorpId,
    /// How many platform admins it has here; `None` where there is no such organisation.
    pub admins: Option<i64>,
}

/// Explains each possible cause in words (Source: PUR-4).
pub fn explain(known: &Known, corp_name: Option<&str>, buyer: Option<&Buyer>) -> Vec<Finding> {
    vec![
        explain_link(&known.link),
        explain_project(known),
        explain_name(known, corp_name),
        explain_corp_id(known, buyer),
        explain_admins(known, buyer),
        explain_order(known),
    ]
}

fn explain_link(link: &LinkState) -> Finding {
    match link {
        LinkState::Live => {
            Finding::fine(Text::of("链接有效，没有被撤回", "The link is valid and not revoked"))
        }
        LinkState::Revoked(step) => Finding::cause(
            Text::new(
                format!("链接已被 {} 撤回", step.name),
                format!("{} has revoked the link", step.name),
            ),
            Text::of("请重新获取分发链接发给客户", "Make a new link and send it to the customer"),
        ),
    }
}

fn explain_project(known: &Known) -> Finding {
    let number = &known.number;
    match &known.project {
        ProjectState::Approved { .. } => Finding::fine(Text::new(
            format!("项目 {number} 已审批通过且未结项"),
            format!("Project {number} is approved and open"),
        )),
        ProjectState::Closed { .. } => Finding::cause(
            Text::new(
                format!("项目 {number} 已结项，它的链接都已失效"),
                format!("Project {number} is closed; its links are dead"),
            ),
            Text::of("如需继续，请重新立项", "To go on, file a new project"),
        ),
        other => {
            let label = other.label();
            Finding::cause(
                Text::new(
                    format!("项目 {number} 的状态是「{}」，还不能购买", label.zh),
                    format!("Project {number} is “{}”; nothing can be bought yet", label.en),
                ),
                Text::of("请等待审批通过", "Wait for the approval"),
            )
        }
    }
}

fn explain_name(known: &Known, corp_name: Option<&str>) -> Finding {
    let customer = &known.customer_name;
    match corp_name {
        Some(name) if name.trim() == customer.trim() => Finding::fine(Text::new(
            format!("链接中的 corpName 与项目客户「{customer}」一致"),
            format!("corpName in the link is the project's customer, “{customer}”"),
        )),
        Some(name) => Finding::cause(
            Text::new(
                format!(
                    "链接中的 corpName 是「{name}」，而项目的客户是「{customer}」：可能把别的客户的链接发给了客户"
                ),
                format!(
                    "corpName in the link is “{name}”, but the project's customer is “{customer}”: the customer may have got another customer's link"
                ),
            ),
            Text::of(
                "请到项目列表，为正确的客户项目重新获取分发链接",
                "Make a new link from the right customer's project",
            ),
        ),
        None => Finding::open(Text::new(
            format!(
                "没有 corpName 可比较；这个链接属于客户「{customer}」，请确认就是您要发给的客户"
            ),
            format!(
                "There is no corpName to compare; this link belongs to the customer “{customer}”: make sure it is the right one"
            ),
        )),
    }
}

fn explain_corp_id(known: &Known, buyer: Option<&Buyer>) -> Finding {
    match buyer {
        Some(buyer) if buyer.corp_id == known.customer_corp_id => Finding::fine(Text::of(
            "CorpID 与项目填写的客户组织 CorpID 一致",
            "The CorpID equals the one in the project",
        )),
        Some(_) => Finding::cause(
            Text::of(
                "CorpID 与项目填写的客户组织 CorpID 不一致：客户选错了组织，或立项时填写有误",
                "The CorpID differs from the one in the project: the customer chose another organisation, or the project has it wrong",
            ),
            Text::of(
                "请客户切换到正确的组织再购买；如果是立项填写有误，请由创建人结项后重新立项",
                "Ask the customer to switch organisation; if the project has it wrong, its creator closes it and files anew",
            ),
        ),
        None => Finding::open(Text::of(
            "没有填写 CorpID；请客户把拒绝页面上显示的 CorpID 发给您",
            "No CorpID given; the customer sees it on the page that refuses the purchase",
        )),
    }
}

/// Says something of an organisation's admins only where it is the project's customer, so that the
/// checker cannot be used to look other organisations up.
fn explain_admins(known: &Known, buyer: Option<&Buyer>) -> Finding {
    match buyer.filter(|buyer| buyer.corp_id == known.customer_corp_id).map(|buyer| buyer.admins) {
        Some(Some(count)) if count > 0 => Finding::fine(Text::new(
            format!("客户组织有 {count} 位平台管理员可以购买"),
            format!("{} of the organisation can buy", counted(count, "platform admin")),
        )),
        Some(Some(_)) => Finding::cause(
            Text::of(
                "客户组织还没有平台管理员，没有人可以购买",
                "The organisation has no platform admin, so nobody there can buy",
            ),
            Text::of("请客户先设置一位平台管理员", "The customer needs a platform admin first"),
        ),
        Some(None) => Finding::cause(
            Text::of(
                "客户组织还没有开通，没有人可以购买",
                "The organisation does not exist here yet, so nobody there can buy",
            ),
            Text::of(
                "请客户先开通组织，再打开链接",
                "The customer's organisation has to be set up before the link is opened",
            ),
        ),
        None => Finding::open(Text::of(
            "购买人须是客户组织的平台管理员，普通员工会看到「没有权限」",
            "The buyer must be a platform admin there; other members see “no permission”",
        )),
    }
}

fn explain_order(known: &Known) -> Finding {
    match &known.order {
        Some(number) => Finding::cause(
            Text::new(
                format!("通过这个链接已经下过订单 {number}，再次打开只会看到该订单"),
                format!(
                    "Order {number} was placed through this link already; opening it again leads to that order"
                ),
            ),
            Text::of("如需再次购买，请重新获取分发链接", "For another purchase, make a new link"),
        ),
        None => Finding::fine(Text::of(
            "还没有人通过这个链接购买",
            "Nobody has bought through this link yet",
        )),
    }
}

/// The finding for a link that is nobody's, or another provider's.
pub fn explain_unknown() -> Finding {
    Finding::cause(
        Text::of(
            "没有这个链接，或者它不是贵组织的链接",
            "There is no such link, or it is not your organisation's",
        ),
        Text::of(
            "请检查链接是否复制完整，必要时重新获取",
            "Check that the link was copied whole, or make a new one",
        ),
    )
}

/// The refusal of an unknown link.
pub fn unknown() -> Problem {
    Problem::new(
        Kind::Missing,
        "link.unknown",
        "PUR-2",
        "这个分发链接不存在",
        "There is no such distribution link",
    )
    .remedy(
        "请检查链接是否复制完整，或请服务商重新发送",
        "Check that it was copied whole, or ask the provider to send it again",
    )
}

/// The refusal of a revoked link.
pub fn revoked() -> Problem {
    Problem::new(
        Kind::Conflict,
        "link.revoked",
        "LNK-3",
        "这个分发链接已被服务商撤回",
        "The provider has revoked this distribution link",
    )
    .remedy("请服务商发送新的链接", "Ask the provider for a new link")
}

/// The refusal of a link whose project is closed.
pub fn project_closed() -> Problem {
    Problem::new(
        Kind::Conflict,
        "link.project_closed",
        "PRJ-6",
        "这个分发链接所属的项目已结项，不能再购买；已经交付的应用不受影响",
        "The project of this link is closed, so nothing can be bought any more; what was delivered stays",
    )
    .remedy("请联系服务商", "Ask the provider")
}

/// The refusal of a link whose project is not approved.
pub fn project_not_open() -> Problem {
    Problem::new(
        Kind::Conflict,
        "link.project_not_open",
        "PUR-2",
        "这个分发链接所属的项目目前不能购买",
        "The project of this link is not open for purchases",
    )
    .remedy("请联系服务商", "Ask the provider")
}

/// The refusal of an app without a release.
pub fn not_released() -> Problem {
    Problem::new(
        Kind::Conflict,
        "link.not_released",
        "LNK-1",
        "这个应用还没有发布过应用版本，不能分发",
        "This app has no release yet, so it cannot be distributed",
    )
    .remedy("请先在应用设计中发布一个应用版本", "Publish a release in the app's designer first")
}

/// Reads which app was picked.
///
/// # Errors
/// The problem at the field `application`.
pub fn chosen(typed: &str) -> Result<ApplicationId, Problem> {
    let mut check = FieldCheck::new();
    let read = typed.trim().parse().map_err(|_| Text::of("请选择一个应用", "Choose an app"));
    let chosen = check.take("application", read);
    check.conclude(chosen)
}

/// Where the links of a project are.
pub fn page(project: ProjectId) -> String {
    format!("/manage/provider/projects/{project}/links")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        money::{Currency, Money},
        project::{Closing, Outcome},
        time::Timestamp,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn step() -> Step {
        Step { at: Timestamp(1), by: Uuid::nil().into(), name: "林晓".into() }
    }

    fn open() -> ProjectState {
        ProjectState::Approved { step: step(), found: Money { minor: 1, currency: Currency::Cny } }
    }

    fn closed() -> ProjectState {
        let closing = Closing {
            delivered_on: None,
            outcome: Outcome::Misfiled,
            summary: "x".into(),
            file: None,
        };
        ProjectState::Closed { approved: step(), step: step(), closing }
    }

    fn known(link: LinkState, project: ProjectState) -> Known {
        Known {
            link,
            project,
            number: "XM20261122-0001".into(),
            customer_name: "远山机械".into(),
            customer_corp_id: CorpId::parse("ding77a7af8924a84af0").expect("a CorpID"),
            order: None,
        }
    }

    fn causes(findings: &[Finding]) -> Vec<&str> {
        findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Cause)
            .map(|finding| finding.text.zh.as_ref())
            .collect()
    }

    #[test]
    fn lnk2_premium_and_delivered_apps_give_their_reason_and_the_rules_sentence() {
        assert!(Offerable { premium: false, delivered: false }.require().is_ok());
        for (premium, delivered, word) in
            [(true, false, "精品"), (false, true, "二次分发"), (true, true, "二次分发")]
        {
            let offer = Offerable { premium, delivered };
            assert!(offer.reason().expect("a reason").zh.contains(word));
            let refusal = offer.require().expect_err("refused");
            assert_eq!(refusal.text.zh, "当前选择的应用不支持获取分发链接");
        }
    }

    #[test]
    fn lnk3_a_revoked_link_stays_revoked_and_dead_links_say_why() {
        let revoked = LinkState::Live.revoke(step()).expect("revoked");
        assert!(revoked.clone().revoke(step()).is_err());
        let code = |link: &LinkState, project: &ProjectState| {
            link.require_alive(project).map_err(|problem| problem.code.into_owned())
        };
        assert_eq!(code(&LinkState::Live, &open()), Ok(()));
        assert_eq!(code(&revoked, &open()), Err("link.revoked".into()));
        assert_eq!(code(&LinkState::Live, &closed()), Err("link.project_closed".into()));
        let waiting = ProjectState::Reviewing { due_at: Timestamp(1) };
        assert_eq!(code(&LinkState::Live, &waiting), Err("link.project_not_open".into()));
    }

    #[test]
    fn lnk3_links_are_read_back_from_what_people_paste() {
        let token = "A".repeat(43);
        let path = path(&token, "远山机械 & 子公司");
        assert!(!path.contains(' ') && path.matches('&').count() == 0, "{path}");
        let pasted =
            read_pasted(&format!("您好，链接：https://fenfa.example{path} 请查收")).expect("read");
        assert_eq!(pasted.token, token);
        assert_eq!(pasted.corp_name.as_deref(), Some("远山机械 & 子公司"));
        assert_eq!(read_pasted(&token).expect("a bare token").corp_name, None);
        for typed in ["", "hello", "https://fenfa.example/", "/l/short"] {
            assert!(read_pasted(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn pur4_each_cause_is_named() {
        let buyer = |corp_id: &str, admins| Buyer {
            corp_id: CorpId::parse(corp_id).expect("a CorpID"),
            admins,
        };
        let right = buyer("ding77a7af8924a84af0", Some(1));
        let fine = explain(&known(LinkState::Live, open()), Some("远山机械"), Some(&right));
        assert_eq!(causes(&fine), Vec::<&str>::new());
        assert!(fine.iter().all(|finding| finding.verdict == Verdict::Fine));

        let wrong = buyer("ding0000000000000000", Some(1));
        let all = explain(&known(LinkState::Revoked(step()), closed()), Some("别家"), Some(&wrong));
        assert_eq!(causes(&all).len(), 4, "{all:?}");
        assert!(!format!("{all:?}").contains("ding77a7"), "the project's CorpID is not shown");
        for admins in [Some(0), None] {
            let nobody = buyer("ding77a7af8924a84af0", admins);
            let found = explain(&known(LinkState::Live, open()), Some("远山机械"), Some(&nobody));
            assert_eq!(causes(&found).len(), 1, "{found:?}");
        }
    }

    #[test]
    fn pur4_the_form_wants_a_link_or_a_corp_id() {
        assert!(CheckForm::default().check().expect_err("empty").at("link").is_some());
        let nonsense =
            CheckForm { link: "x".into(), corp_id: "y".into() }.check().expect_err("nonsense");
        assert_eq!(nonsense.fields.len(), 2);
        assert!(
            CheckForm { corp_id: "ding77a7af8924a84af0".into(), ..CheckForm::default() }
                .check()
                .is_ok()
        );
    }

    proptest! {
        #[test]
        fn lnk3_any_customer_name_survives_the_address(name in "\\PC{1,40}") {
            let path = path(&"t".repeat(43), &name);
            prop_assert!(path.is_ascii());
            let pasted = read_pasted(&path).expect("read");
            prop_assert_eq!(pasted.corp_name, Some(name));
        }
    }
}
