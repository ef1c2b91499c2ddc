//! Who acts next on an app, and where (Source: ALL-2, APP-1 to APP-3).

use domain::{
    lang::Text,
    lifecycle::{Access, Lifecycle},
};

/// Who acts next on an app, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Next {
    /// The sentence.
    pub text: Text,
    /// Below `/apps/{id}/`, where whoever reads this acts; none when somebody else does.
    pub page: Option<&'static str>,
    /// What the button there says.
    pub action: Text,
}

/// What happens next to an app, told to somebody with this access.
pub fn next(life: &Lifecycle, access: Access) -> Next {
    if access.is_maintenance() {
        let text = if life.acceptance().is_some() {
            Text::of(
                "已验收，由客户的平台管理员关闭开发维护",
                "Accepted; a platform admin of the customer closes maintenance next",
            )
        } else {
            Text::of(
                "您可以继续开发；下一步由客户的平台管理员验收",
                "You can go on working; a platform admin of the customer accepts it next",
            )
        };
        return Next { text, page: None, action: Text::default() };
    }
    let (mine, others, page, action) = match life {
        Lifecycle::Building => (
            Text::of(
                "您启用后，本组织的成员可以使用",
                "Once you enable it, members of your organisation can use it",
            ),
            Text::of(
                "搭建完成后，由平台管理员启用",
                "A platform admin enables it once it is built",
            ),
            "settings",
            Text::of("去启用", "Enable"),
        ),
        Lifecycle::Maintenance { .. } => (
            Text::of("下一步由您验收", "Your acceptance is next"),
            Text::of("下一步由平台管理员验收", "A platform admin accepts it next"),
            "acceptance",
            Text::of("去验收", "Check and accept"),
        ),
        Lifecycle::Accepted { .. } => (
            Text::of("已验收，下一步由您关闭开发维护", "Accepted; close maintenance next"),
            Text::of(
                "已验收，由平台管理员关闭开发维护",
                "Accepted; a platform admin closes maintenance next",
            ),
            "settings",
            Text::of("去关闭开发维护", "Close maintenance"),
        ),
        Lifecycle::Ready { .. } => (
            Text::of("下一步由您启用，成员才能使用", "Enable it next, so that members can use it"),
            Text::of(
                "由平台管理员启用后，成员才能使用",
                "Members can use it once a platform admin enables it",
            ),
            "settings",
            Text::of("去启用", "Enable"),
        ),
        Lifecycle::Disabled { .. } => (
            Text::of(
                "成员看不到；您可以重新启用",
                "Members do not see it; you can enable it again",
            ),
            Text::of(
                "成员看不到；平台管理员可以重新启用",
                "Members do not see it; a platform admin can enable it again",
            ),
            "settings",
            Text::of("去启用", "Enable"),
        ),
        Lifecycle::Enabled { .. } => {
            return Next {
                text: Text::of("成员可以使用", "Members can use it"),
                page: None,
                action: Text::default(),
            };
        }
    };
    if access.configure {
        Next { text: mine, page: Some(page), action }
    } else {
        Next { text: others, page: None, action: Text::default() }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        identity::AccountId,
        lifecycle::{Acceptance, Channel},
        step::Step,
        time::Timestamp,
    };

    use super::*;

    fn step() -> Step {
        let by: AccountId = "00000000-0000-0000-0000-000000000000".parse().expect("an id");
        Step { at: Timestamp(1), by, name: "陈默".into() }
    }

    fn acceptance() -> Acceptance {
        Acceptance { signed: step(), unticked: vec![], titles: vec![], open_points: String::new() }
    }

    fn way() -> Vec<Lifecycle> {
        let arrived = Lifecycle::delivered(Timestamp(0));
        let accepted = arrived.clone().accept(acceptance()).expect("accepted");
        let ready = accepted.clone().close_maintenance(step()).expect("closed");
        let enabled = ready.clone().enable(step()).expect("enabled");
        vec![arrived, accepted, ready, enabled]
    }

    #[test]
    fn all2_the_next_step_of_each_state_leads_the_admin_there() {
        let admin = Access { use_: true, configure: true, design: false, channel: Channel::Own };
        let pages: Vec<_> = way().iter().map(|life| next(life, admin).page).collect();
        let there = [Some("acceptance"), Some("settings"), Some("settings"), None];
        assert_eq!(pages, there);
    }

    #[test]
    fn all2_who_cannot_act_reads_who_can() {
        let developer =
            Access { use_: true, configure: false, design: true, channel: Channel::Own };
        let provider = Access { channel: Channel::Maintenance, ..developer };
        for life in way() {
            let read = next(&life, developer);
            assert_eq!(read.page, None);
            assert!(life.is_enabled() || read.text.zh.contains("平台管理员"), "{}", read.text.zh);
        }
        assert!(next(&way()[0], provider).text.zh.contains("客户的平台管理员"));
    }
}
