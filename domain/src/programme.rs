//! The provider programme: applying for the distribution permission, its decision, its withdrawal
//! (Source: PRV-1, PRV-2).

use serde::{Deserialize, Serialize};

use crate::{
    command::Command,
    identity::{FileId, ProgrammeId},
    lang::Text,
    problem::{FieldCheck, FieldResult, Kind, Problem},
    step::Step,
};

/// The distribution permission (应用分发权限) of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Permission {
    /// Never granted.
    #[default]
    None,
    /// Granted: the organisation is a provider.
    Granted {
        /// Who granted it.
        step: Step,
        /// The DingTalk partner number it was granted for.
        partner_number: String,
        /// Senior partner (高级合作伙伴): a mark, no gate.
        senior: bool,
    },
    /// Taken away: no new projects and links; what was sold stays (Source: PRV-2).
    Withdrawn {
        /// Who took it away.
        step: Step,
        /// Why.
        reason: String,
    },
}

impl Permission {
    /// The code under which it is stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Granted { .. } => "granted",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// What people read.
    pub const fn label(&self) -> Text {
        match self {
            Self::None => Text::of("未开通", "Not granted"),
            Self::Granted { .. } => Text::of("已开通", "Granted"),
            Self::Withdrawn { .. } => Text::of("已收回", "Withdrawn"),
        }
    }

    /// True while new projects and links are possible.
    pub const fn is_granted(&self) -> bool {
        matches!(self, Self::Granted { .. })
    }

    /// True for who is or was a provider, and so has projects and orders to look at.
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Takes the permission away.
    ///
    /// # Errors
    /// `programme.not_granted` where there is nothing to take away.
    pub fn withdraw(self, reason: String, step: Step) -> Result<Self, Problem> {
        match self {
            Self::Granted { .. } => Ok(Self::Withdrawn { step, reason }),
            Self::None | Self::Withdrawn { .. } => Err(not_granted()),
        }
    }

    /// Refuses new projects and links without the permission (Source: PRV-2).
    ///
    /// # Errors
    /// `programme.needed`.
    pub fn require_granted(&self) -> Result<(), Problem> {
        if self.is_granted() { Ok(()) } else { Err(needed(self)) }
    }

    /// Refuses the provider's area to who never was a provider (Source: PRV-2).
    ///
    /// # Errors
    /// `programme.needed`.
    pub fn require_known(&self) -> Result<(), Problem> {
        if self.is_known() { Ok(()) } else { Err(needed(self)) }
    }
}

/// The state of an application for the permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ApplicationState {
    /// Waiting for an operator.
    Waiting,
    /// Granted.
    Granted {
        /// Who decided.
        step: Step,
    },
    /// Rejected.
    Rejected {
        /// Who decided.
        step: Step,
        /// Why.
        reason: String,
    },
}

impl ApplicationState {
    /// The code under which it is stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Granted { .. } => "granted",
            Self::Rejected { .. } => "rejected",
        }
    }

    /// What people read.
    pub const fn label(&self) -> Text {
        match self {
            Self::Waiting => Text::of("审核中", "In review"),
            Self::Granted { .. } => Text::of("已通过", "Granted"),
            Self::Rejected { .. } => Text::of("已驳回", "Rejected"),
        }
    }

    /// Decides a waiting application.
    ///
    /// # Errors
    /// `programme.decided` where somebody has decided already.
    pub fn decide(self, decision: Decision, step: Step) -> Result<Self, Problem> {
        match (self, decision) {
            (Self::Waiting, Decision::Grant) => Ok(Self::Granted { step }),
            (Self::Waiting, Decision::Reject { reason }) => Ok(Self::Rejected { step, reason }),
            (Self::Granted { step } | Self::Rejected { step, .. }, _) => Err(decided(&step)),
        }
    }
}

/// What an operator decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Grant.
    Grant,
    /// Reject, with a reason.
    Reject {
        /// Why.
        reason: String,
    },
}

/// The form of a decision, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    /// `grant` or `reject`.
    pub decision: String,
    /// The reason of a rejection.
    pub reason: String,
}

impl DecisionForm {
    /// Reads the form.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<Decision, Problem> {
        let mut check = FieldCheck::new();
        let decision = match self.decision.as_str() {
            "grant" => Some(Decision::Grant),
            "reject" => {
                check.text("reason", &self.reason, 1000).map(|reason| Decision::Reject { reason })
            }
            _ => {
                check
                    .fail("decision", Text::of("请选择通过或驳回", "Choose to grant or to reject"));
                None
            }
        };
        check.conclude(decision)
    }
}

/// The form of a withdrawal, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WithdrawForm {
    /// Why.
    pub reason: String,
}

impl WithdrawForm {
    /// Reads the form: a reason is needed.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<String, Problem> {
        let mut check = FieldCheck::new();
        let reason = check.text("reason", &self.reason, 1000);
        check.conclude(reason)
    }
}

/// The application form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplyForm {
    /// The DingTalk partner number.
    pub partner_number: String,
    /// `1` when ticked.
    pub senior: String,
    /// The id of the uploaded proof.
    pub file: String,
}

/// The application form, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedApplication {
    /// The DingTalk partner number.
    pub partner_number: String,
    /// Senior partner.
    pub senior: bool,
    /// The proof.
    pub file: FileId,
}

impl ApplyForm {
    /// Reads the form.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<CheckedApplication, Problem> {
        let mut check = FieldCheck::new();
        let number = check.take("partner_number", partner_number(&self.partner_number));
        let file = check.take("file", file_id(&self.file));
        let senior = !matches!(self.senior.as_str(), "" | "0" | "false");
        let form = number.zip(file).map(|(partner_number, file)| CheckedApplication {
            partner_number,
            senior,
            file,
        });
        check.conclude(form)
    }
}

impl Command for ApplyForm {
    type Checked = CheckedApplication;
    type Answer = ProgrammeId;
    const NAME: &'static str = "programme/apply";

    fn check(&self) -> Result<CheckedApplication, Problem> {
        self.check()
    }
}

/// Reads a DingTalk partner number: 4 to 40 letters, digits and dashes, in upper case.
///
/// # Errors
/// The sentence for the field.
pub fn partner_number(typed: &str) -> FieldResult<String> {
    let plain = typed.trim().to_ascii_uppercase();
    let fits = (4..=40).contains(&plain.len())
        && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits {
        Ok(plain)
    } else {
        Err(Text::of(
            "请填写钉钉合作伙伴编号：4 至 40 位字母、数字或短横线",
            "Enter the DingTalk partner number: 4 to 40 letters, digits or dashes",
        ))
    }
}

/// Reads the hidden field that names an uploaded file.
///
/// # Errors
/// The sentence for the field.
pub fn file_id(typed: &str) -> FieldResult<FileId> {
    typed.trim().parse().map_err(|_| Text::of("请选择文件", "Choose a file"))
}

/// The refusal of new projects and links without the permission, and of the provider's area.
pub fn needed(permission: &Permission) -> Problem {
    let text = match permission {
        Permission::Withdrawn { reason, .. } => Text::new(
            format!(
                "贵组织的应用分发权限已被收回（{reason}），不能新建项目和分发链接；已售出的不受影响"
            ),
            format!(
                "Your organisation's distribution permission was withdrawn ({reason}): no new projects and links; what was sold stays"
            ),
        ),
        _ => Text::of(
            "贵组织还没有应用分发权限",
            "Your organisation does not have the distribution permission yet",
        ),
    };
    Problem::with(Kind::Denied, "programme.needed", "PRV-2", text)
        .remedy("请在「服务商」页面申请", "Apply for it on the “Service provider” page")
}

/// The refusal to apply while an application is waiting.
pub fn already_waiting() -> Problem {
    Problem::new(
        Kind::Conflict,
        "programme.already_waiting",
        "PRV-1",
        "贵组织的申请正在审核中，不需要重复提交",
        "Your organisation's application is in review; there is no need for another",
    )
}

/// The refusal to apply for what one has.
pub fn already_granted() -> Problem {
    Problem::new(
        Kind::Conflict,
        "programme.already_granted",
        "PRV-1",
        "贵组织已经有应用分发权限",
        "Your organisation has the distribution permission already",
    )
}

fn decided(step: &Step) -> Problem {
    Problem::with(
        Kind::Conflict,
        "programme.decided",
        "PRV-1",
        Text::new(
            format!("{} 已经处理了这份申请", step.name),
            format!("{} has decided this application already", step.name),
        ),
    )
    .remedy("请刷新页面查看结果", "Reload the page to see the decision")
}

fn not_granted() -> Problem {
    Problem::new(
        Kind::Conflict,
        "programme.not_granted",
        "PRV-2",
        "该组织目前没有应用分发权限，无需收回",
        "This organisation does not have the permission, so there is nothing to withdraw",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use uuid::Uuid;

    fn step() -> Step {
        Step { at: Timestamp(1), by: Uuid::nil().into(), name: "周宁".into() }
    }

    #[test]
    fn prv1_an_application_names_every_field_at_fault() {
        let problem = ApplyForm::default().check().expect_err("empty");
        assert!(problem.at("partner_number").is_some() && problem.at("file").is_some());
        let form = ApplyForm {
            partner_number: " dp-2026 ".into(),
            senior: "1".into(),
            file: Uuid::nil().to_string(),
        };
        let checked = form.check().expect("a whole form");
        assert_eq!((checked.partner_number.as_str(), checked.senior), ("DP-2026", true));
        for typed in ["", "a", "编号一二三", "a b c d", "<script>"] {
            assert!(partner_number(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn prv1_an_application_is_decided_once_and_a_rejection_has_a_reason() {
        let form = DecisionForm { decision: "reject".into(), reason: "  ".into() };
        assert!(form.check().expect_err("no reason").at("reason").is_some());
        assert!(
            DecisionForm::default().check().expect_err("nothing chosen").at("decision").is_some()
        );
        let granted = ApplicationState::Waiting.decide(Decision::Grant, step()).expect("granted");
        assert_eq!(granted.code(), "granted");
        let again = granted.decide(Decision::Reject { reason: "x".into() }, step());
        assert_eq!(again.expect_err("decided").code, "programme.decided");
    }

    #[test]
    fn prv2_only_a_granted_permission_allows_new_projects_and_can_be_withdrawn() {
        assert!(Permission::None.require_known().is_err());
        assert!(Permission::None.withdraw("x".into(), step()).is_err());
        let granted =
            Permission::Granted { step: step(), partner_number: "DP-1".into(), senior: false };
        assert!(granted.require_granted().is_ok());
        let withdrawn = granted.withdraw("资质过期".into(), step()).expect("withdrawn");
        let refusal = withdrawn.require_granted().expect_err("withdrawn");
        assert!(refusal.text.zh.contains("资质过期"), "{refusal}");
        assert!(withdrawn.require_known().is_ok(), "what was sold stays");
    }

    #[test]
    fn prv1_states_survive_storage() {
        let state = Permission::Withdrawn { step: step(), reason: "x".into() };
        let json = serde_json::to_string(&state).expect("JSON");
        assert_eq!(serde_json::from_str::<Permission>(&json).expect("read"), state);
        assert_eq!(
            serde_json::from_str::<Permission>(r#"{"state":"none"}"#).expect("read"),
            Permission::None
        );
    }
}
