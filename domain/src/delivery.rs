//! Sending an app or pages of it: the three questions, the stages, the states
//! (Source: ORD-2, ORD-3, ORD-5, ORD-6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    application::Key,
    codes,
    identity::RecordId,
    lang::{Text, counted},
    problem::{FieldCheck, Kind, Problem},
    time::Timestamp,
};

/// The most sample records per form, and how many are sent unless fewer are chosen (Source: ORD-5).
pub const SAMPLES_PER_FORM: u8 = 15;
/// How many sample records one stage carries.
pub const PORTION: i64 = 250;

codes! {
    /// What is sent.
    DeliveryKind {
        /// The whole app.
        App = "app", "整个应用", "Whole app";
        /// Chosen pages of a newer release (发送页面).
        Pages = "pages", "页面", "Pages";
    }
}

/// The send dialog as filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendForm {
    /// 是否携带表单示例数据: `yes` or `no`.
    pub samples: String,
    /// 是否发送连接器: `yes` or `no`.
    pub connectors: String,
    /// 是否开放应用全部编辑权限: `yes` or `no`.
    pub edit_permission: String,
    /// How many sample records, by form key; what is missing or empty means all up to the limit.
    pub counts: BTreeMap<String, String>,
    /// The ids of chosen sample records, by form key; where there are some, they alone go along.
    pub records: BTreeMap<String, Vec<String>>,
    /// What records to be chosen from are searched for, by form key.
    pub finds: BTreeMap<String, String>,
    /// The release to send; empty means the newest.
    pub release: String,
    /// The agreement's version, when it was ticked.
    pub agreed: String,
}

/// The answers to the three questions, as stored with the delivery and shown on the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOptions {
    /// Whether sample records go along.
    pub samples: bool,
    /// For forms with fewer than the usual number: how many.
    #[serde(default)]
    pub counts: BTreeMap<Key, u8>,
    /// For forms of which records were chosen: which; no count holds for these.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<Key, Vec<RecordId>>,
    /// Whether connectors go along.
    pub connectors: bool,
    /// Whether the customer may change the app's components.
    pub edit_permission: bool,
}

impl SendOptions {
    /// How many sample records of a form go along.
    pub fn samples_of(&self, form: &Key) -> u8 {
        match self.records.get(form) {
            _ if !self.samples => 0,
            Some(chosen) => u8::try_from(chosen.len()).unwrap_or(SAMPLES_PER_FORM),
            None => *self.counts.get(form).unwrap_or(&SAMPLES_PER_FORM),
        }
    }
}

impl SendForm {
    /// Reads the pairs that a browser posts; counts are named `count.KEY`, chosen records
    /// `record.KEY`, searches for records `find.KEY`.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            let value = value.trim().to_owned();
            match name {
                "samples" => form.samples = value,
                "connectors" => form.connectors = value,
                "edit_permission" => form.edit_permission = value,
                "release" => form.release = value,
                "agreed" => form.agreed = value,
                _ => {
                    if let Some(key) = name.strip_prefix("count.") {
                        form.counts.insert(key.to_owned(), value);
                    } else if let Some(key) = name.strip_prefix("find.") {
                        form.finds.insert(key.to_owned(), value);
                    } else if let Some(key) = name.strip_prefix("record.")
                        && !value.is_empty()
                    {
                        form.records.entry(key.to_owned()).or_default().push(value);
                    }
                }
            }
        }
        form
    }

    /// The records ticked so far of a form; ids that cannot be read are left to [`Self::check`].
    pub fn ticks(&self, form: &Key) -> Vec<RecordId> {
        let ticked = self.records.get(form.as_str()).into_iter().flatten();
        ticked.filter_map(|id| id.parse().ok()).take(SAMPLES_PER_FORM.into()).collect()
    }

    /// What records of a form are searched for; empty where nothing is.
    pub fn find(&self, form: &Key) -> &str {
        self.finds.get(form.as_str()).map_or("", String::as_str)
    }

    /// The version of the agreement that was ticked.
    pub fn ticked(&self) -> Option<i64> {
        self.agreed.parse().ok()
    }

    /// Checks the three answers; each has to be given.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<SendOptions, Problem> {
        let mut check = FieldCheck::new();
        let samples = answer(&mut check, "samples", &self.samples);
        let connectors = answer(&mut check, "connectors", &self.connectors);
        let edit_permission = answer(&mut check, "edit_permission", &self.edit_permission);
        let mut counts = BTreeMap::new();
        let mut records = BTreeMap::new();
        for (key, typed) in self.records.iter().filter(|(_, typed)| !typed.is_empty()) {
            if let Some((key, chosen)) = Self::chosen(&mut check, key, typed) {
                records.insert(key, chosen);
            }
        }
        let counted = |(key, typed): &(&String, &String)| {
            !typed.is_empty() && !self.records.contains_key(key.as_str())
        };
        for (key, typed) in self.counts.iter().filter(counted) {
            if let Some((key, count)) = Self::count(&mut check, key, typed) {
                counts.insert(key, count);
            }
        }
        counts.retain(|_, count| *count != SAMPLES_PER_FORM);
        let options = samples.zip(connectors).zip(edit_permission).map(
            |((samples, connectors), edit_permission)| SendOptions {
                samples,
                counts: if samples { counts } else { BTreeMap::new() },
                records: if samples { records } else { BTreeMap::new() },
                connectors,
                edit_permission,
            },
        );
        check.conclude(options)
    }

    fn chosen(check: &mut FieldCheck, key: &str, typed: &[String]) -> Option<(Key, Vec<RecordId>)> {
        let name = format!("record.{key}");
        let mut ids: Vec<RecordId> = typed.iter().filter_map(|id| id.parse().ok()).collect();
        let known = ids.len() == typed.len();
        ids.sort_unstable();
        ids.dedup();
        let few = ids.len() <= usize::from(SAMPLES_PER_FORM);
        let chosen = if !known {
            Err(no_such_sample())
        } else if few {
            Ok(ids)
        } else {
            Err(Text::new(
                format!("选了 {} 条，最多 {SAMPLES_PER_FORM} 条，请减少", ids.len()),
                format!("{} are chosen; choose at most {SAMPLES_PER_FORM}", ids.len()),
            ))
        };
        let chosen = check.take(&name, chosen)?;
        Some((check.take(&name, Key::parse(key))?, chosen))
    }

    fn count(check: &mut FieldCheck, key: &str, typed: &str) -> Option<(Key, u8)> {
        let name = format!("count.{key}");
        let count = typed.parse::<u8>().ok().filter(|count| *count <= SAMPLES_PER_FORM);
        let count = check.take(
            &name,
            count.ok_or_else(|| {
                Text::new(
                    format!("请填写 0 至 {SAMPLES_PER_FORM} 的整数"),
                    format!("Enter a whole number from 0 to {SAMPLES_PER_FORM}"),
                )
            }),
        )?;
        Some((check.take(&name, Key::parse(key))?, count))
    }
}

/// Said of a chosen sample record that is not there (any more).
pub const fn no_such_sample() -> Text {
    Text::of("有记录已不存在，请重新选择", "Some of the records are gone; choose again")
}

fn answer(check: &mut FieldCheck, name: &str, typed: &str) -> Option<bool> {
    match typed {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            check.fail(name, Text::of("请选择「是」或「否」", "Choose yes or no"));
            None
        }
    }
}

/// What a delivery sends, with the choices made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sending {
    /// The whole app.
    App(SendOptions),
    /// Chosen pages.
    Pages {
        /// Their keys.
        pages: Vec<Key>,
    },
}

impl Sending {
    /// Which kind of delivery it is.
    pub const fn kind(&self) -> DeliveryKind {
        match self {
            Self::App(_) => DeliveryKind::App,
            Self::Pages { .. } => DeliveryKind::Pages,
        }
    }

    /// The stages, in order, when `samples` sample records were chosen in the first of them.
    pub fn stages(&self, samples: i64) -> Vec<Stage> {
        match self {
            Self::Pages { .. } => vec![Stage::Prepare, Stage::Reveal],
            Self::App(_) => {
                let portions = (samples.max(0) + PORTION - 1) / PORTION;
                let portions = (0..portions).map(|portion| Stage::Samples { portion });
                [Stage::Prepare, Stage::Components]
                    .into_iter()
                    .chain(portions)
                    .chain([Stage::Settings, Stage::Reveal])
                    .collect()
            }
        }
    }
}

/// One stage of a send. Each is one unit of work that commits together with the line in the log
/// that says it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Check that everything still holds, make the empty app, choose the sample records.
    Prepare,
    /// The pages and the navigation.
    Components,
    /// A portion of the sample records.
    Samples {
        /// Which, from 0.
        portion: i64,
    },
    /// Edit permission and what else belongs to the app as a whole.
    Settings,
    /// Make it visible; the customer sees the app now and not before (Source: ORD-3).
    Reveal,
}

impl Stage {
    /// The code under which it is logged.
    pub fn code(self) -> String {
        match self {
            Self::Prepare => "prepare".to_owned(),
            Self::Components => "components".to_owned(),
            Self::Samples { portion } => format!("samples.{portion}"),
            Self::Settings => "settings".to_owned(),
            Self::Reveal => "reveal".to_owned(),
        }
    }

    /// What people read for a logged code.
    pub fn label_of(code: &str) -> Text {
        match code.split('.').next().unwrap_or_default() {
            "prepare" => Text::of("检查与准备", "Check and prepare"),
            "components" => Text::of("页面与导航", "Pages and navigation"),
            "samples" => Text::of("示例数据", "Sample data"),
            "settings" => Text::of("权限与设置", "Permissions and settings"),
            _ => Text::of("交付可见", "Make visible"),
        }
    }

    /// What the log says of a stage that is done, in words: how much it brought.
    pub fn said_of(code: &str, detail: &str) -> Text {
        let (zh, en) = match code.split('.').next().unwrap_or_default() {
            _ if detail.is_empty() => return Text::default(),
            "prepare" => ("条示例数据将一起发送", "sample record"),
            "components" => ("个组件", "component"),
            "samples" => ("条示例数据", "sample record"),
            _ => ("个页面", "page"),
        };
        let en = match detail.parse::<u64>() {
            Ok(count) => counted(count, en),
            Err(_) => format!("{detail} {en}s"),
        };
        Text::new(format!("{detail} {zh}"), en)
    }
}

/// Where a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DeliveryState {
    /// 待发送: queued.
    Waiting,
    /// 发送中.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// 成功.
    Succeeded {
        /// When.
        at: Timestamp,
    },
    /// 失败.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: Problem,
    },
}

impl DeliveryState {
    /// The code under which it is stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running { .. } => "running",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
        }
    }

    /// What people read.
    pub const fn label(&self) -> Text {
        match self {
            Self::Waiting => Text::of("待发送", "Waiting"),
            Self::Running { .. } => Text::of("发送中", "Sending"),
            Self::Succeeded { .. } => Text::of("成功", "Succeeded"),
            Self::Failed { .. } => Text::of("失败", "Failed"),
        }
    }

    /// Whether it is still to end.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Waiting | Self::Running { .. })
    }

    /// Work on it begins, or goes on after an interruption.
    ///
    /// # Errors
    /// `delivery.ended`.
    pub fn start(self, at: Timestamp) -> Result<Self, Problem> {
        match self {
            Self::Waiting => Ok(Self::Running { since: at }),
            running @ Self::Running { .. } => Ok(running),
            _ => Err(ended()),
        }
    }

    /// It has arrived.
    ///
    /// # Errors
    /// `delivery.ended`.
    pub fn succeed(self, at: Timestamp) -> Result<Self, Problem> {
        if self.is_open() { Ok(Self::Succeeded { at }) } else { Err(ended()) }
    }

    /// It has failed for good.
    ///
    /// # Errors
    /// `delivery.ended`.
    pub fn fail(self, at: Timestamp, reason: Problem) -> Result<Self, Problem> {
        if self.is_open() { Ok(Self::Failed { at, reason }) } else { Err(ended()) }
    }

    /// Once more from the beginning, with the same answers.
    ///
    /// # Errors
    /// `delivery.not_failed`.
    pub fn retry(self) -> Result<Self, Problem> {
        match self {
            Self::Failed { .. } => Ok(Self::Waiting),
            _ => Err(not_failed()),
        }
    }
}

/// A page that stands in the way of sending pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Its title.
    pub title: Text,
}

fn titles(pages: &[Obstacle]) -> (String, String) {
    let zh: Vec<String> = pages.iter().map(|page| format!("「{}」", page.title.zh)).collect();
    let en: Vec<String> =
        pages.iter().map(|page| format!("“{}”", page.title.get(crate::lang::Lang::En))).collect();
    (zh.join("、"), en.join(", "))
}

/// The refusal to overwrite pages that were changed in the customer's app (Source: ORD-6).
pub fn changed_by_customer(pages: &[Obstacle]) -> Problem {
    let (zh, en) = titles(pages);
    Problem::with(
        Kind::Conflict,
        "delivery.pages_changed",
        "ORD-6",
        Text::new(
            format!("客户的应用里已修改过这些页面，不能覆盖：{zh}"),
            format!("These pages were changed in the customer's app and are not overwritten: {en}"),
        ),
    )
    .remedy(
        "请取消勾选这些页面后再发送；它们可以通过远程维护修改",
        "Send without them; they can be changed through remote maintenance",
    )
}

/// The refusal of pages that refer to forms which the customer's app does not have, or to fields
/// that its forms do not have.
pub fn references_missing(pages: &[Obstacle]) -> Problem {
    let (zh, en) = titles(pages);
    Problem::with(
        Kind::Conflict,
        "delivery.references_missing",
        "ORD-4",
        Text::new(
            format!("所选页面关联的表单，客户应用里没有，或缺少要显示的字段：{zh}"),
            format!(
                "The chosen pages refer to forms that the customer's app does not have, or has without the fields to be shown: {en}"
            ),
        ),
    )
    .remedy("请把这些表单也一起勾选", "Choose these forms as well")
}

/// The refusal to take pages back to an earlier release than the customer has.
pub fn older_release() -> Problem {
    Problem::new(
        Kind::Conflict,
        "delivery.older_release",
        "ORD-6",
        "客户已有更新的应用版本，不能发送更早的应用版本的页面",
        "The customer's app is of a later release; pages of an earlier one are not sent",
    )
    .remedy(
        "请选择更新的应用版本，或先发布一个",
        "Choose a later release, or publish a new one first",
    )
}

/// The refusal of an empty choice of pages.
pub fn no_pages() -> Problem {
    let mut check = FieldCheck::new();
    check.fail("page", Text::of("请至少选择一个页面", "Choose at least one page"));
    check.finish().unwrap_or_else(ended)
}

/// The refusal of pages that are not in the release, or not different from what the customer has.
pub fn nothing_new() -> Problem {
    Problem::new(
        Kind::Conflict,
        "delivery.nothing_new",
        "ORD-6",
        "所选页面与客户应用里的相同，没有需要发送的内容",
        "The chosen pages are the same as in the customer's app; there is nothing to send",
    )
    .remedy("请先修改页面并发布新的应用版本", "Change the pages and publish a new release first")
}

/// The refusal while another send of the same order is under way.
pub fn under_way() -> Problem {
    Problem::new(
        Kind::Conflict,
        "delivery.under_way",
        "ORD-3",
        "这个订单有一次发送正在进行，请等待它结束",
        "A send of this order is under way; wait for it to end",
    )
}

fn ended() -> Problem {
    Problem::new(
        Kind::Conflict,
        "delivery.ended",
        "ORD-3",
        "这次发送已经结束",
        "This send has ended already",
    )
}

fn not_failed() -> Problem {
    Problem::new(
        Kind::Conflict,
        "delivery.not_failed",
        "ORD-3",
        "只有失败的发送可以重试",
        "Only a failed send can be tried again",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(counts: &[(&str, &str)]) -> SendForm {
        let pairs = [("samples", "yes"), ("connectors", "no"), ("edit_permission", "no")];
        SendForm::of_pairs(pairs.into_iter().chain(counts.iter().copied()))
    }

    #[test]
    fn ord2_each_of_the_three_questions_has_to_be_answered() {
        let refused = SendForm::default().check().expect_err("nothing answered");
        for name in ["samples", "connectors", "edit_permission"] {
            assert!(refused.at(name).is_some(), "{name}");
        }
        let options = form(&[]).check().expect("all answered");
        assert!(options.samples && !options.connectors && !options.edit_permission);
    }

    #[test]
    fn ord5_at_most_15_samples_per_form_and_fewer_where_chosen() {
        let options = form(&[("count.contract", "3"), ("count.order", "")]).check().expect("fits");
        assert_eq!(options.samples_of(&Key::fixed("contract")), 3);
        assert_eq!(options.samples_of(&Key::fixed("order")), SAMPLES_PER_FORM);
        for typed in ["16", "-1", "many", "300"] {
            let refused = form(&[("count.contract", typed)]).check().expect_err(typed);
            assert!(refused.at("count.contract").is_some());
        }
        assert_eq!(SendOptions::default().samples_of(&Key::fixed("order")), 0);
    }

    #[test]
    fn ord5_the_provider_chooses_which_samples_go_along_at_most_15_of_a_form() {
        let ids: Vec<String> =
            (1..=16_u128).map(|n| uuid::Uuid::from_u128(n).to_string()).collect();
        let choose = |count: usize, more: &[(&str, &str)]| {
            let chosen = ids.iter().take(count).map(|id| ("record.contract", id.as_str()));
            form(&chosen.chain(more.iter().copied()).collect::<Vec<_>>()).check()
        };
        let contract = Key::fixed("contract");
        // A choice holds, whatever number stands beside it; the same record twice is one.
        let again = ("record.contract", ids[0].as_str());
        let options = choose(2, &[again, ("count.contract", "9 or so")]).expect("fits");
        assert_eq!((options.samples_of(&contract), options.counts.len()), (2, 0));
        let kept = serde_json::to_string(&options).expect("JSON");
        assert_eq!(serde_json::from_str::<SendOptions>(&kept).expect("options"), options);
        assert!(choose(15, &[]).is_ok());
        assert!(choose(16, &[]).expect_err("too many").at("record.contract").is_some());
        let strange = choose(1, &[("record.contract", "1 or 1=1")]).expect_err("no id");
        assert!(strange.at("record.contract").is_some());
        let pairs = [("samples", "no"), ("connectors", "no"), ("edit_permission", "no"), again];
        let without = SendForm::of_pairs(pairs).check().expect("fits");
        assert_eq!((without.samples_of(&contract), without.records.len()), (0, 0));
    }

    #[test]
    fn ord3_an_app_becomes_visible_in_the_last_stage() {
        let stages = Sending::App(SendOptions::default()).stages(2 * PORTION + 1);
        assert_eq!(stages.first(), Some(&Stage::Prepare));
        assert_eq!(stages.last(), Some(&Stage::Reveal));
        let portions = stages.iter().filter(|stage| matches!(stage, Stage::Samples { .. })).count();
        assert_eq!(portions, 3);
        assert_eq!(Sending::App(SendOptions::default()).stages(0).len(), 4);
    }

    proptest! {
        #[test]
        fn ord3_a_delivery_that_arrived_never_changes_again(steps in prop::collection::vec(0..4_u8, 0..30)) {
            let mut state = DeliveryState::Waiting;
            let mut arrived = false;
            for step in steps {
                let before = state.clone();
                let next = match step {
                    0 => state.start(Timestamp(1)),
                    1 => state.succeed(Timestamp(2)),
                    2 => state.fail(Timestamp(3), under_way()),
                    _ => state.retry(),
                };
                prop_assert!(!(arrived && next.is_ok()));
                arrived |= matches!(next, Ok(DeliveryState::Succeeded { .. }));
                state = next.unwrap_or(before);
            }
        }
    }
}
