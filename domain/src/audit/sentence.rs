//! The audit trail in words: one table says, for every action, what people read (Source: ALL-1,
//! ALL-3).

use serde_json::Value as Json;

use crate::{
    lang::{Lang, Text},
    organisation::{Edition, Role},
};

/// The areas of actions, for filters: the part of the action before the dot, and what people read.
pub const AREAS: &[(&str, Text)] = &[
    ("account", Text::of("账号", "Accounts")),
    ("organisation", Text::of("组织", "Organisation")),
    ("member", Text::of("成员", "Members")),
    ("invitation", Text::of("邀请", "Invitations")),
    ("programme", Text::of("分发权限", "Distribution permission")),
    ("project", Text::of("项目", "Projects")),
    ("link", Text::of("分发链接", "Distribution links")),
    ("order", Text::of("订单", "Orders")),
    ("delivery", Text::of("发送", "Sends")),
    ("application", Text::of("应用", "Apps")),
    ("maintenance", Text::of("开发维护", "Maintenance")),
    ("record", Text::of("数据", "Records")),
    ("installation", Text::of("平台", "Installation")),
];

/// Action, what people read in Chinese, in English. `{key}` stands for that part of the detail.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("account.signed_in", "登录", "signed in"),
    ("account.renamed", "把姓名从「{before}」改为「{after}」", "changed their name from “{before}” to “{after}”"),
    ("account.password_changed", "修改了密码，并结束了其他登录", "changed their password, which ended all other sessions"),
    ("account.password_reset", "重置了 {login} 的密码", "reset the password of {login}"),
    ("account.operator_created", "创建了平台运营人员 {name}（{login}）", "created the operator {name} ({login})"),
    ("account.session_ended", "结束了一处登录", "ended one of their sessions"),
    ("account.other_sessions_ended", "结束了其他 {count} 处登录", "ended their {count} other sessions"),
    ("installation.set_up", "初始化平台，成为第一位运营人员", "set the installation up and became its first operator"),
    ("organisation.created", "创建了组织「{name}」（{corp_id}，{edition}）", "created the organisation “{name}” ({corp_id}, {edition})"),
    ("organisation.changed", "修改了组织信息：名称「{after}」，时区 {zone}", "changed the organisation: name “{after}”, time zone {zone}"),
    ("organisation.edition_changed", "把「{name}」的版本从{edition_before}改为{edition}", "changed the edition of “{name}” from {edition_before} to {edition}"),
    ("invitation.created", "邀请 {invitee} 以「{role}」身份加入", "invited {invitee} as {role}"),
    ("invitation.revoked", "撤回了给 {invitee} 的邀请", "withdrew the invitation for {invitee}"),
    ("member.joined", "{name} 以「{role}」身份加入", "{name} joined as {role}"),
    ("member.role_changed", "把 {name} 的身份从「{role_before}」改为「{role}」", "changed {name}'s role from {role_before} to {role}"),
    ("member.removed", "把 {name}（{role}）移出组织", "removed {name} ({role}) from the organisation"),
    ("member.left", "{name}（{role}）离开了组织", "{name} ({role}) left the organisation"),
];

/// True when the table has words for an action.
pub fn is_known(action: &str) -> bool {
    ACTIONS.iter().any(|(known, ..)| *known == action)
}

/// What an entry with this action and detail (JSON) says. An action without words of its own, from a
/// newer program perhaps, shows its code.
pub fn sentence(action: &str, detail: &str) -> Text {
    let Some((_, zh, en)) = ACTIONS.iter().find(|(known, ..)| *known == action) else {
        return Text::new(action, action);
    };
    let detail = serde_json::from_str(detail).unwrap_or(Json::Null);
    Text::new(fill(zh, &detail, Lang::Zh), fill(en, &detail, Lang::En))
}

fn fill(template: &str, detail: &Json, lang: Lang) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((key, after)) = after.split_once('}') else { break };
        filled.push_str(&words(key, detail.get(key), lang));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A part of the detail in words: codes of roles and editions become their labels.
fn words(key: &str, value: Option<&Json>, lang: Lang) -> String {
    let label = |text: Text| text.get(lang).to_owned();
    match value {
        Some(Json::String(code)) if key.starts_with("role") => {
            Role::parse(code).map_or_else(|| code.clone(), |role| label(role.label()))
        }
        Some(Json::String(code)) if key.starts_with("edition") => {
            Edition::parse(code).map_or_else(|| code.clone(), |edition| label(edition.label()))
        }
        Some(Json::String(text)) if !text.is_empty() => text.clone(),
        Some(Json::Number(number)) => number.to_string(),
        Some(Json::Bool(true)) => lang.t("是", "yes").to_owned(),
        Some(Json::Bool(false)) => lang.t("否", "no").to_owned(),
        Some(Json::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| words("", Some(item), lang)).collect();
            items.join(lang.t("、", ", "))
        }
        // Both languages of a name are stored where the thing has both.
        Some(text @ Json::Object(_)) => {
            serde_json::from_value(text.clone()).map_or_else(|_| "—".to_owned(), label)
        }
        _ => "—".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all1_entries_read_as_sentences_in_both_languages() {
        let said = sentence("invitation.created", r#"{"invitee": "周敏", "role": "admin"}"#);
        assert_eq!(said.zh, "邀请 周敏 以「平台管理员」身份加入");
        assert_eq!(said.en, "invited 周敏 as Platform admin");
        assert_eq!(sentence("member.left", "{}").zh, "—（—）离开了组织");
        assert_eq!(sentence("future.thing", "{}").en, "future.thing");
    }

    #[test]
    fn all1_every_action_is_of_an_area_and_says_the_same_in_both_languages() {
        let keys = |text: &str| {
            let mut keys: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}').map(|(key, _)| key.to_owned()))
                .collect();
            keys.sort();
            keys
        };
        for (action, zh, en) in ACTIONS {
            let area = action.split('.').next().unwrap_or_default();
            assert!(AREAS.iter().any(|(known, _)| *known == area), "{action}");
            assert_eq!(keys(zh), keys(en), "{action}");
            assert_eq!(ACTIONS.iter().filter(|(other, ..)| other == action).count(), 1, "{action}");
        }
    }
}
