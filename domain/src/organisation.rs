//! Organisations, their editions, members and roles (Source: ORG-1, ORG-2, ORG-4).

use serde::{Deserialize, Serialize};

use crate::{
    account::one_line,
    codes,
    command::Command,
    identity::{AccountId, InvitationId},
    lang::Text,
    problem::{FieldCheck, FieldResult, Kind, Problem},
    time::Timestamp,
};

/// A DingTalk CorpID: `ding` and 16 to 40 hex digits, kept in lower case (Source: ORG-1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CorpId(String);

impl CorpId {
    /// Reads what a person typed or pasted, trimmed and lower-cased.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(typed: &str) -> FieldResult<Self> {
        let plain = typed.trim().to_ascii_lowercase();
        let fits = plain.strip_prefix("ding").is_some_and(|hex| {
            (16..=40).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit())
        });
        if fits {
            Ok(Self(plain))
        } else {
            Err(Text::of(
                "CorpID 以 ding 开头，后接 16 至 40 位十六进制字符，可在钉钉管理后台查看",
                "A CorpID is “ding” followed by 16 to 40 hex digits; the DingTalk admin console shows it",
            ))
        }
    }

    /// The text, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CorpId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

codes! {
    /// The edition an organisation has paid for, the smallest first (Source: ORG-1).
    Edition {
        /// 免费版.
        Free = "free", "免费版", "Free";
        /// 轻享版.
        Light = "light", "轻享版", "Light";
        /// 专业版.
        Professional = "professional", "专业版", "Professional";
        /// 专属版.
        Exclusive = "exclusive", "专属版", "Exclusive";
    }
}

codes! {
    /// What a member may do in an organisation (Source: ORG-2). Later variants may do more.
    Role {
        /// 普通员工: uses enabled apps.
        Member = "member", "普通员工", "Member";
        /// 开发者: builds apps and enters customers' apps.
        Developer = "developer", "开发者", "Developer";
        /// 平台管理员: everything in the organisation.
        Admin = "admin", "平台管理员", "Platform admin";
    }
}

/// Refuses to take the last platform admin away (Source: ORG-2).
///
/// # Errors
/// `organisation.last_admin` when `before` is an admin, `after` is not, and there is no other.
pub fn change_role(before: Role, after: Option<Role>, admins: i64) -> Result<(), Problem> {
    if before == Role::Admin && after != Some(Role::Admin) && admins <= 1 {
        return Err(Problem::new(
            Kind::Conflict,
            "organisation.last_admin",
            "ORG-2",
            "这是组织里最后一位平台管理员，不能移除或降级",
            "This is the organisation's last platform admin, who cannot be removed or demoted",
        )
        .remedy("请先把另一位成员设为平台管理员", "Make another member a platform admin first"));
    }
    Ok(())
}

/// What an operator types to create an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganisationForm {
    /// The CorpID.
    pub corp_id: String,
    /// The organisation's name.
    pub organisation: String,
    /// The code of its edition.
    pub edition: String,
}

/// A checked [`OrganisationForm`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrganisation {
    /// The CorpID.
    pub corp_id: CorpId,
    /// The organisation's name.
    pub name: String,
    /// Its edition.
    pub edition: Edition,
}

impl OrganisationForm {
    /// Notes what is wrong with the fields `corp_id`, `organisation` and `edition`.
    pub fn check(&self, check: &mut FieldCheck) -> Option<NewOrganisation> {
        let corp_id = check.take("corp_id", CorpId::parse(&self.corp_id));
        let name = check.take("organisation", name(&self.organisation));
        let edition = check.take("edition", edition(&self.edition));
        Some(NewOrganisation { corp_id: corp_id?, name: name?, edition: edition? })
    }
}

/// Reads an organisation's name.
///
/// # Errors
/// The sentence for the field.
pub fn name(typed: &str) -> FieldResult<String> {
    one_line(typed, 80)
}

/// Reads the code of an edition.
///
/// # Errors
/// The sentence for the field.
pub fn edition(typed: &str) -> FieldResult<Edition> {
    Edition::parse(typed).ok_or(Text::of("请选择版本", "Choose an edition"))
}

/// What an admin types to invite somebody (Source: ORG-4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvitationForm {
    /// Whom the link is for, in the words of the inviter.
    pub invitee: String,
    /// The code of the role.
    pub role: String,
}

impl InvitationForm {
    /// The invitee's name and the role.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<(String, Role), Problem> {
        let mut check = FieldCheck::new();
        let invitee = check.take("invitee", one_line(&self.invitee, 60));
        let role = check.take("role", role(&self.role));
        check.conclude(invitee.zip(role))
    }
}

impl Command for InvitationForm {
    type Checked = (String, Role);
    type Answer = Invited;
    const NAME: &'static str = "organisation/invite";

    fn check(&self) -> Result<(String, Role), Problem> {
        self.check()
    }
}

/// An invitation that was just made: its secret token is told here and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The invitation.
    pub id: InvitationId,
    /// The secret token of its link.
    pub token: String,
    /// Until when it can be used.
    pub until: Timestamp,
}

/// Reads the code of a role.
///
/// # Errors
/// The sentence for the field.
pub fn role(typed: &str) -> FieldResult<Role> {
    Role::parse(typed).ok_or(Text::of("请选择身份", "Choose a role"))
}

/// Where an invitation stands (Source: ORG-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be used.
    Open {
        /// Until then.
        until: Timestamp,
    },
    /// Somebody joined with it.
    Used {
        /// Who.
        by: AccountId,
        /// When.
        at: Timestamp,
    },
    /// An admin took it back.
    Revoked {
        /// When.
        at: Timestamp,
    },
    /// Nobody used it in time.
    Expired {
        /// Since when.
        at: Timestamp,
    },
}

impl InvitationState {
    /// The state that the stored facts mean at `now`.
    pub fn of(
        expires_at: Timestamp,
        used: Option<(AccountId, Timestamp)>,
        revoked_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        match (used, revoked_at) {
            (Some((by, at)), _) => Self::Used { by, at },
            (None, Some(at)) => Self::Revoked { at },
            (None, None) if expires_at <= now => Self::Expired { at: expires_at },
            (None, None) => Self::Open { until: expires_at },
        }
    }

    /// Refuses an invitation that cannot be used any more, each way with words of its own.
    ///
    /// # Errors
    /// `invitation.used`, `invitation.revoked`, `invitation.expired`.
    pub fn usable(self) -> Result<(), Problem> {
        let (code, zh, en) = match self {
            Self::Open { .. } => return Ok(()),
            Self::Used { .. } => (
                "invitation.used",
                "这个邀请链接已经使用过",
                "This invitation has been used already",
            ),
            Self::Revoked { .. } => {
                ("invitation.revoked", "这个邀请已被撤回", "This invitation has been withdrawn")
            }
            Self::Expired { .. } => {
                ("invitation.expired", "这个邀请已经过期", "This invitation has expired")
            }
        };
        Err(Problem::new(Kind::Conflict, code, "ORG-4", zh, en).remedy(
            "如果您已加入，就不再需要它；否则请组织的平台管理员重新邀请",
            "If you have joined already, you need it no more; else ask a platform admin of the organisation for a new one",
        ))
    }
}

/// The refusal of an invitation link that never was.
pub fn invitation_unknown() -> Problem {
    Problem::new(
        Kind::Missing,
        "invitation.unknown",
        "ORG-4",
        "没有这个邀请，链接可能没有复制完整",
        "There is no such invitation; the link may have been copied in part",
    )
    .remedy(
        "请重新复制完整链接，或请平台管理员重新邀请",
        "Copy the whole link again, or ask for a new one",
    )
}

/// The refusal to join an organisation twice; the invitation stays usable.
pub fn already_member(organisation: &str) -> Problem {
    Problem::with(
        Kind::Conflict,
        "invitation.already_member",
        "ORG-4",
        Text::new(
            format!("您已经是「{organisation}」的成员"),
            format!("You are a member of “{organisation}” already"),
        ),
    )
    .remedy(
        "若邀请是给同事的，请把链接转给对方；要更改身份请联系平台管理员",
        "Pass the link on if it is for somebody else; a platform admin can change your role",
    )
}

/// The refusal of a second organisation with the same CorpID (Source: ORG-1).
pub fn corp_id_taken() -> Problem {
    let mut problem = Problem::new(
        Kind::Conflict,
        "organisation.corp_id_taken",
        "ORG-1",
        "已有组织使用这个 CorpID",
        "Another organisation has this CorpID already",
    )
    .remedy(
        "请核对 CorpID，或在组织列表中查找它",
        "Check the CorpID, or look it up in the list of organisations",
    );
    let text = Text::of("这个 CorpID 已被使用", "This CorpID is taken");
    problem.fields = vec![crate::problem::FieldProblem { name: "corp_id".into(), text }];
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn org1_corp_ids_are_compared_after_trimming_and_lower_casing() {
        let short = CorpId::parse("  DING77A7AF8924A84AF0 ").expect("16 digits, as in the seed");
        assert_eq!(short.as_str(), "ding77a7af8924a84af0");
        assert!(CorpId::parse("ding9a0954b4f9d9d40ef5bf40eda33b7ba0").is_ok());
        for typed in [
            "",
            "ding123",
            "dong77a7af8924a84af0",
            "ding77a7af8924a84afg",
            &format!("ding{}", "a".repeat(41)),
        ] {
            assert!(CorpId::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn org4_each_dead_invitation_says_why() {
        let (early, late) = (Timestamp(5), Timestamp(10));
        let by = AccountId(uuid::Uuid::nil());
        let code = |state: InvitationState| state.usable().map_err(|p| p.code.into_owned());
        let of = InvitationState::of;
        assert_eq!(code(of(late, None, None, early)), Ok(()));
        assert_eq!(code(of(late, None, None, late)), Err("invitation.expired".into()));
        assert_eq!(code(of(late, None, Some(early), early)), Err("invitation.revoked".into()));
        assert_eq!(code(of(late, Some((by, early)), None, late)), Err("invitation.used".into()));
    }

    #[test]
    fn org2_a_role_that_is_none_is_refused_not_guessed() {
        assert_eq!(role("developer"), Ok(Role::Developer));
        for typed in ["", "owner", "Admin"] {
            assert!(role(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn org2_the_last_admin_stays() {
        assert_eq!(
            change_role(Role::Admin, Some(Role::Member), 1).map_err(|p| p.code),
            Err("organisation.last_admin".into())
        );
        assert!(change_role(Role::Admin, None, 2).is_ok());
        assert!(change_role(Role::Member, None, 1).is_ok());
        assert!(change_role(Role::Admin, Some(Role::Admin), 1).is_ok());
    }
}
