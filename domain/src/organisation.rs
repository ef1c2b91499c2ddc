//! Organisations, their editions, members and roles (Source: ORG-1, ORG-2, ORG-4).

use serde::{Deserialize, Serialize};

use crate::{
    codes,
    lang::Text,
    problem::{FieldResult, Kind, Problem},
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn org1_corp_ids_are_compared_after_trimming_and_lower_casing() {
        let short = CorpId::parse("  DING77A7AF8924A84AF0 ").expect("16 digits, as in the seed");
        assert_eq!(short.as_str(), "ding77a7af8924a84af0");
        assert!(CorpId::parse("ding9a0954b4f9d9d40ef5bf40eda33b7ba0").is_ok());
        for typed in ["", "ding123", "dong77a7af8924a84af0", "ding77a7af8924a84afg", &format!("ding{}", "a".repeat(41))] {
            assert!(CorpId::parse(typed).is_err(), "{typed}");
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
