//! The audit trail in words: one table says, for every action, what people read (Source: ALL-1,
//! ALL-3).

use serde_json::Value as Json;

use crate::{
    lang::{Lang, Text, counted},
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
    ("calendar", Text::of("工作日历", "Calendar")),
    ("installation", Text::of("平台", "Installation")),
];

/// Action, what people read in Chinese, in English. `{key}` stands for that part of the detail;
/// `{key|noun}` counts the noun in English, `1 form` or `2 forms`. What stands in `[…]` is said only
/// where the detail has all of its parts, since what is recorded for one organisation may be hidden
/// from another.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("account.signed_in", "登录", "signed in"),
    ("account.signed_out", "退出登录", "signed out"),
    (
        "account.sign_in_refused",
        "尝试登录 {login}，密码不正确，被拒绝",
        "tried to sign in as {login} with a wrong password and was refused",
    ),
    ("account.organisation_switched", "切换到「{organisation}」", "switched to “{organisation}”"),
    (
        "account.renamed",
        "把姓名从「{before}」改为「{after}」",
        "changed their name from “{before}” to “{after}”",
    ),
    (
        "account.password_changed",
        "修改了密码，并结束了其他登录",
        "changed their password, which ended all other sessions",
    ),
    ("account.password_reset", "重置了 {login} 的密码", "reset the password of {login}"),
    (
        "account.operator_created",
        "创建了平台运营人员 {name}（{login}）",
        "created the operator {name} ({login})",
    ),
    ("account.session_ended", "结束了一处登录", "ended one of their sessions"),
    (
        "account.other_sessions_ended",
        "结束了其他 {count} 处登录",
        "ended their {count|other session}",
    ),
    (
        "installation.set_up",
        "初始化平台，成为第一位运营人员",
        "set the installation up and became its first operator",
    ),
    (
        "organisation.created",
        "创建了组织「{name}」（{corp_id}，{edition}）",
        "created the organisation “{name}” ({corp_id}, {edition})",
    ),
    (
        "organisation.changed",
        "修改了组织信息：名称「{after}」，时区 {zone}",
        "changed the organisation: name “{after}”, time zone {zone}",
    ),
    (
        "organisation.edition_changed",
        "把「{name}」的版本从{edition_before}改为{edition}",
        "changed the edition of “{name}” from {edition_before} to {edition}",
    ),
    ("invitation.created", "邀请 {invitee} 以「{role}」身份加入", "invited {invitee} as {role}"),
    ("invitation.revoked", "撤回了给 {invitee} 的邀请", "withdrew the invitation for {invitee}"),
    (
        "invitation.all_revoked",
        "撤回了[{name} 发出的] {count} 个未使用的邀请",
        "withdrew {count|open invitation}[ made by {name}]",
    ),
    ("member.joined", "以「{role}」身份加入", "joined as {role}"),
    (
        "member.role_changed",
        "把 {name} 的身份从「{role_before}」改为「{role}」",
        "changed {name}'s role from {role_before} to {role}",
    ),
    (
        "member.removed",
        "把 {name}（{role}）移出组织",
        "removed {name} ({role}) from the organisation",
    ),
    ("member.left", "离开了组织（原身份：{role}）", "left the organisation (was {role})"),
    (
        "installation.agreement_changed",
        "发布了《服务商分发协议》第 {version} 版",
        "published version {version} of the distribution agreement",
    ),
    (
        "installation.job_retried",
        "重新执行了后台任务（{kind}）",
        "started a background job again ({kind})",
    ),
    (
        "calendar.changed",
        "修改了工作日历：{holidays} 天放假，{worked} 天调休上班",
        "changed the calendar: {holidays|holiday}, {worked|worked weekend day}",
    ),
    (
        "programme.applied",
        "申请应用分发权限，合作伙伴编号 {partner_number}",
        "applied for the distribution permission, partner number {partner_number}",
    ),
    ("programme.granted", "授予应用分发权限", "granted the distribution permission"),
    (
        "programme.rejected",
        "拒绝了分发权限申请：{reason}",
        "rejected the application for the distribution permission: {reason}",
    ),
    (
        "programme.withdrawn",
        "收回应用分发权限：{reason}",
        "took the distribution permission away: {reason}",
    ),
    (
        "project.submitted",
        "提交立项 {number}「{name}」，客户 {customer}，金额 {amount}",
        "submitted project {number} “{name}” for {customer}, {amount}",
    ),
    ("project.withdrawn", "撤销了立项 {number}", "withdrew project {number}"),
    (
        "project.approved",
        "通过了项目 {number}[，文件金额 {amount_found}]",
        "approved project {number}[; the file says {amount_found}]",
    ),
    ("project.rejected", "驳回了项目 {number}：{reason}", "rejected project {number}: {reason}"),
    ("project.copied", "把项目 {number} 复制为新草稿", "copied project {number} into a new draft"),
    ("project.closed", "结束了项目 {number}", "closed project {number}"),
    (
        "link.created",
        "为项目 {project} 获取了分发链接",
        "made a distribution link for project {project}",
    ),
    (
        "link.revoked",
        "停用了项目 {project} 的一个分发链接",
        "revoked a distribution link of project {project}",
    ),
    (
        "order.placed",
        "为 {customer} 购买了「{app}」，订单 {order}",
        "bought “{app}” for {customer}, order {order}",
    ),
    (
        "order.cancelled",
        "项目 {project} 结项，取消了未发送的订单 {number}",
        "cancelled order {number}, never sent, by closing project {project}",
    ),
    (
        "order.edit_permission_opened",
        "开放了「{app}」的编辑权限，订单 {order}",
        "opened the edit permission of “{app}”, order {order}",
    ),
    (
        "order.edit_permission_closed",
        "收回了「{app}」的编辑权限，订单 {order}",
        "closed the edit permission of “{app}”, order {order}",
    ),
    (
        "delivery.requested",
        "发送应用「{app}」，订单 {order}，发送单 {delivery}",
        "started sending “{app}”, order {order}, send {delivery}",
    ),
    (
        "delivery.pages_requested",
        "发送「{app}」的页面，订单 {order}，发送单 {delivery}",
        "started sending pages of “{app}”, order {order}, send {delivery}",
    ),
    (
        "delivery.retried",
        "重新发送 {delivery}，订单 {order}",
        "started send {delivery} of order {order} again",
    ),
    (
        "delivery.succeeded",
        "「{app}」已送达，订单 {order}，发送单 {delivery}",
        "delivered “{app}”, order {order}, send {delivery}",
    ),
    (
        "delivery.pages_succeeded",
        "「{app}」的页面已送达，订单 {order}，发送单 {delivery}",
        "delivered pages of “{app}”, order {order}, send {delivery}",
    ),
    ("delivery.failed", "发送 {delivery} 失败：{reason}", "send {delivery} failed: {reason}"),
    ("application.created", "新建应用「{name}」", "created the app “{name}”"),
    (
        "application.imported",
        "导入应用「{name}」，含 {forms} 个表单",
        "imported the app “{name}” with {forms|form}",
    ),
    ("application.renamed", "把应用改名为「{name}」", "renamed the app to “{name}”"),
    (
        "application.designed",
        "修改了[「{name}」的]组件 {components}",
        "changed the components {components}[ of “{name}”]",
    ),
    (
        "application.published",
        "发布了「{name}」第 {number} 版",
        "published release {number} of “{name}”",
    ),
    (
        "application.premium",
        "把[「{name}」的]精品应用标记改为：{premium}",
        "set the premium mark[ of “{name}”] to: {premium}",
    ),
    (
        "application.item_ticked",
        "在「{name}」的验收清单上勾选了「{item}」",
        "ticked “{item}” on the checklist of “{name}”",
    ),
    (
        "application.item_unticked",
        "在「{name}」的验收清单上取消勾选「{item}」",
        "took back the tick at “{item}” on the checklist of “{name}”",
    ),
    (
        "application.accepted",
        "验收了「{name}」[，没有勾选：{left}][，遗留问题：{open_points}]",
        "accepted “{name}”[; not ticked: {left}][; open points: {open_points}]",
    ),
    (
        "application.samples_deleted",
        "删除了「{name}」的 {records} 条示例数据",
        "deleted {records|sample record} of “{name}”",
    ),
    ("application.enabled", "启用了「{name}」", "enabled “{name}”"),
    ("application.disabled", "停用了「{name}」", "disabled “{name}”"),
    (
        "application.maintenance_closed",
        "关闭了「{name}」的开发维护",
        "closed the maintenance of “{name}”",
    ),
    (
        "application.maintenance_opened",
        "开启了「{name}」的开发维护",
        "opened the maintenance of “{name}”",
    ),
    (
        "maintenance.entered",
        "经远程维护进入「{name}」，订单 {order}",
        "entered “{name}” by remote maintenance, order {order}",
    ),
    (
        "record.created",
        "在[「{name}」的]表单「{form}」新增了一条数据",
        "added a record to the form “{form}”[ of “{name}”]",
    ),
    (
        "record.changed",
        "修改了[「{name}」的]表单「{form}」的一条数据",
        "changed a record of the form “{form}”[ of “{name}”]",
    ),
    (
        "record.deleted",
        "删除了[「{name}」的]表单「{form}」的一条数据",
        "deleted a record of the form “{form}”[ of “{name}”]",
    ),
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
    let Some((before, optional, after)) = optional(template) else {
        return fill_parts(template, detail, lang);
    };
    let missing = optional.split('{').skip(1).any(|part| {
        let key = part.split('}').next().unwrap_or_default();
        detail.get(key).is_none_or(is_nothing)
    });
    let said = if missing { String::new() } else { fill_parts(optional, detail, lang) };
    fill_parts(before, detail, lang) + &said + &fill(after, detail, lang)
}

/// Nothing to say: null, an empty text, an empty list.
fn is_nothing(value: &Json) -> bool {
    value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)
}

/// A template's beginning, its first optional part, and what comes after.
fn optional(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = template.split_once('[')?;
    let (optional, after) = rest.split_once(']')?;
    Some((before, optional, after))
}

fn fill_parts(template: &str, detail: &Json, lang: Lang) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((key, after)) = after.split_once('}') else { break };
        let (key, noun) = key.split_once('|').unwrap_or((key, ""));
        match detail.get(key).and_then(Json::as_u64).filter(|_| !noun.is_empty()) {
            Some(count) => filled.push_str(&counted(count, noun)),
            None => filled.push_str(&words(key, detail.get(key), lang)),
        }
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
        assert_eq!(sentence("member.left", "{}").zh, "离开了组织（原身份：—）");
        assert_eq!(sentence("future.thing", "{}").en, "future.thing");
        let approved = sentence("project.approved", r#"{"number": "X", "amount_found": "¥1.00"}"#);
        assert_eq!(approved.en, "approved project X; the file says ¥1.00");
        let deleted = sentence("application.samples_deleted", r#"{"name": "App", "records": 1}"#);
        assert_eq!(deleted.en, "deleted 1 sample record of “App”");
        let hidden = sentence("project.approved", r#"{"number": "X"}"#);
        assert_eq!(hidden.zh, "通过了项目 X");
    }

    #[test]
    fn app2_an_acceptance_is_told_with_what_was_left_open() {
        let said = |detail| sentence("application.accepted", detail);
        let open = said(
            r#"{"name": "合同", "left": [{"zh": "客户", "en": "Customer"}], "open_points": "编号要改"}"#,
        );
        assert_eq!(open.zh, "验收了「合同」，没有勾选：客户，遗留问题：编号要改");
        assert_eq!(open.en, "accepted “合同”; not ticked: Customer; open points: 编号要改");
        let whole = said(r#"{"name": "合同", "left": [], "open_points": ""}"#);
        assert_eq!(whole.zh, "验收了「合同」");
    }

    #[test]
    fn all1_every_action_is_of_an_area_and_says_the_same_in_both_languages() {
        let keys = |text: &str| {
            let mut keys: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}')?.0.split('|').next().map(str::to_owned))
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
