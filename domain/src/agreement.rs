//! The service provider distribution agreement (《服务商分发协议》): a text with versions, ticked at
//! each send (Source: ORD-2).

use serde::{Deserialize, Serialize};

use crate::{
    lang::Text,
    problem::{FieldCheck, Kind, Problem},
};

/// The longest text in either language, in characters.
pub const LIMIT: usize = 50_000;

/// A new version as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreementForm {
    /// The Chinese text.
    pub text_zh: String,
    /// The English text.
    pub text_en: String,
    /// The version that the edit started from.
    pub based_on: i64,
}

impl AgreementForm {
    /// Reads the form: both languages are needed (Source: ALL-3).
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<Text, Problem> {
        let mut check = FieldCheck::new();
        let zh = check.text("text_zh", &self.text_zh, LIMIT);
        let en = check.text("text_en", &self.text_en, LIMIT);
        check.conclude(zh.zip(en).map(|(zh, en)| Text::new(zh, en)))
    }
}

/// The refusal to send without agreeing, or agreeing to a version that is not the present one.
pub fn not_agreed(version: i64, ticked: Option<i64>) -> Option<Problem> {
    match ticked {
        Some(ticked) if ticked == version => None,
        Some(_) => Some(Problem::new(
            Kind::Conflict,
            "agreement.changed",
            "ORD-2",
            "《服务商分发协议》刚刚更新，请阅读新的版本后重新勾选",
            "The distribution agreement has just changed; read the new version and tick it again",
        )
        .remedy("请重新打开发送页面", "Open the send page again")),
        None => Some(Problem::new(
            Kind::Invalid,
            "agreement.not_ticked",
            "ORD-2",
            "请阅读并勾选同意《服务商分发协议》",
            "Read the distribution agreement and tick that you agree",
        )
        .remedy("不同意该协议则不能发送应用", "Without agreeing, the app cannot be sent")),
    }
}

/// The text of the first version, until operators write another.
pub const FIRST: Text = Text::of(
    "《服务商分发协议》\n\n\
     一、服务商确认，所发送的应用由服务商自行开发，或已取得分发所需的授权，不侵犯任何第三方的权利。\n\n\
     二、服务商仅向项目中填写的客户组织发送应用，并对客户信息与合同内容的真实性负责。\n\n\
     三、随应用发送的示例数据不得包含任何真实的个人信息、商业秘密或客户的业务数据。\n\n\
     四、服务商通过远程维护进入客户的应用时，只为完成约定的开发与维护；每项修改都会记录并可由客户查阅。\n\n\
     五、应用发送后归客户组织使用。结项之后，已交付的应用继续有效。\n\n\
     六、平台对每一步操作留存审计记录，双方均可查阅与各自组织有关的部分。",
    "Service provider distribution agreement\n\n\
     1. The provider confirms that the app was developed by the provider, or that the provider holds the rights needed to distribute it, and that it infringes nobody's rights.\n\n\
     2. The provider sends apps only to the customer organisation named in the project, and answers for the truth of the customer information and the contract.\n\n\
     3. Sample data sent with an app contains no real personal information, no trade secrets and no business data of other customers.\n\n\
     4. Through remote maintenance the provider enters the customer's app only for the agreed development and maintenance; each change is recorded and can be read by the customer.\n\n\
     5. Once sent, the app is the customer organisation's to use. After the project is closed, what was delivered stays valid.\n\n\
     6. The platform keeps an audit trail of each step; both sides can read what concerns their organisation.",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ord2_only_the_present_version_counts_as_agreed() {
        assert_eq!(not_agreed(3, Some(3)), None);
        assert_eq!(not_agreed(3, Some(2)).map(|p| p.code), Some("agreement.changed".into()));
        assert_eq!(not_agreed(3, None).map(|p| p.code), Some("agreement.not_ticked".into()));
    }

    #[test]
    fn all3_a_new_version_needs_both_languages() {
        let form = AgreementForm { text_zh: "协议".into(), ..AgreementForm::default() };
        let refused = form.check().expect_err("English is missing");
        assert!(refused.at("text_en").is_some() && refused.at("text_zh").is_none());
    }
}
