//! The fields of a form: what every field has, and what each kind adds.

use serde::{Deserialize, Serialize};

use super::{choice::Choices, key::Key, serial::SerialField};
use crate::{codes, decimal::Decimal, lang::Text, when::When};

/// What a property is when nobody set it is not written, so that documents stay short.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A field of a form or a column of a sub-table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in its form; records refer to it, so it never changes and is never given anew.
    pub key: Key,
    /// What people read in front of it.
    pub label: Text,
    /// A sentence below it.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub hint: Text,
    /// Shown while it is empty.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub placeholder: Text,
    /// Whether a record needs it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: bool,
    /// Who may see and fill it in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub access: Access,
    /// What it holds.
    pub kind: FieldKind,
}

impl Field {
    /// A plain field.
    pub fn new(key: Key, label: Text, kind: FieldKind) -> Self {
        Self {
            key,
            label,
            hint: Text::default(),
            placeholder: Text::default(),
            required: false,
            access: Access::Normal,
            kind,
        }
    }

    /// Whether people see it at all.
    pub fn is_seen(&self) -> bool {
        self.access != Access::Hidden
    }

    /// The same, required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

codes! {
    /// Whether people see a field and fill it in.
    #[derive(Default)]
    Access {
        /// Seen and filled in.
        #[default]
        Normal = "normal", "可填写", "Editable";
        /// Seen, with its default; nobody changes it.
        ReadOnly = "read_only", "只读", "Read-only";
        /// Not shown; it keeps its default.
        Hidden = "hidden", "隐藏", "Hidden";
    }
}

/// What a field holds, with the properties of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text(TextField),
    /// Several lines of text.
    MultilineText(MultilineField),
    /// A decimal number.
    Number(NumberField),
    /// A number that the server gives each record.
    SerialNumber(SerialField),
    /// One of a few options, all in sight.
    Radio(Choices),
    /// Some of a few options, all in sight.
    Checkbox(Choices),
    /// One of a list.
    Select(Choices),
    /// Some of a list.
    MultiSelect(Choices),
    /// A day, or a moment.
    Date(DateField),
    /// From a day to a day.
    DateRange(DateRangeField),
    /// People of the organisation.
    Member(MemberField),
    /// Files.
    Attachment(Files),
    /// Pictures.
    Image(Files),
    /// Rows of columns.
    SubTable(SubTable),
    /// Records of another form.
    Association(Association),
    /// A line between fields; holds nothing.
    Divider,
}

impl FieldKind {
    /// A new field of each kind, for the designer's palette.
    pub fn palette() -> Vec<Self> {
        vec![
            Self::Text(TextField::default()),
            Self::MultilineText(MultilineField::default()),
            Self::Number(NumberField::default()),
            Self::SerialNumber(SerialField::default()),
            Self::Radio(Choices::default()),
            Self::Checkbox(Choices::default()),
            Self::Select(Choices::default()),
            Self::MultiSelect(Choices::default()),
            Self::Date(DateField::default()),
            Self::DateRange(DateRangeField::default()),
            Self::Member(MemberField::default()),
            Self::Attachment(Files::default()),
            Self::Image(Files::default()),
            Self::SubTable(SubTable::default()),
            Self::Association(Association::default()),
            Self::Divider,
        ]
    }

    /// A new field's kind by its code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::palette().into_iter().find(|kind| kind.code() == code)
    }

    /// The code for forms and JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::MultilineText(_) => "multiline_text",
            Self::Number(_) => "number",
            Self::SerialNumber(_) => "serial_number",
            Self::Radio(_) => "radio",
            Self::Checkbox(_) => "checkbox",
            Self::Select(_) => "select",
            Self::MultiSelect(_) => "multi_select",
            Self::Date(_) => "date",
            Self::DateRange(_) => "date_range",
            Self::Member(_) => "member",
            Self::Attachment(_) => "attachment",
            Self::Image(_) => "image",
            Self::SubTable(_) => "sub_table",
            Self::Association(_) => "association",
            Self::Divider => "divider",
        }
    }

    /// What people call it.
    pub fn label(&self) -> Text {
        match self {
            Self::Text(_) => Text::of("单行文本", "Text"),
            Self::MultilineText(_) => Text::of("多行文本", "Multi-line text"),
            Self::Number(_) => Text::of("数值", "Number"),
            Self::SerialNumber(_) => Text::of("流水号", "Serial number"),
            Self::Radio(_) => Text::of("单选", "Radio buttons"),
            Self::Checkbox(_) => Text::of("复选", "Checkboxes"),
            Self::Select(_) => Text::of("下拉单选", "Select"),
            Self::MultiSelect(_) => Text::of("下拉复选", "Multi-select"),
            Self::Date(_) => Text::of("日期", "Date"),
            Self::DateRange(_) => Text::of("日期区间", "Date range"),
            Self::Member(_) => Text::of("成员", "Member"),
            Self::Attachment(_) => Text::of("附件", "Attachment"),
            Self::Image(_) => Text::of("图片", "Image"),
            Self::SubTable(_) => Text::of("子表单", "Sub-table"),
            Self::Association(_) => Text::of("关联表单", "Association"),
            Self::Divider => Text::of("分割线", "Divider"),
        }
    }

    /// The options, for the four kinds that have some.
    pub fn choices(&self) -> Option<&Choices> {
        match self {
            Self::Radio(choices)
            | Self::Checkbox(choices)
            | Self::Select(choices)
            | Self::MultiSelect(choices) => Some(choices),
            _ => None,
        }
    }

    /// Whether one record can hold several values of it.
    pub fn is_multiple(&self) -> bool {
        match self {
            Self::Checkbox(_) | Self::MultiSelect(_) | Self::Attachment(_) | Self::Image(_) => true,
            Self::Member(member) => member.multiple,
            Self::Association(association) => association.multiple,
            _ => false,
        }
    }

    /// Whether records hold anything for it.
    pub fn holds_value(&self) -> bool {
        !matches!(self, Self::Divider)
    }

    /// Whether it may be a column of a sub-table.
    pub fn fits_sub_table(&self) -> bool {
        !matches!(self, Self::SubTable(_) | Self::SerialNumber(_) | Self::Divider)
    }

    /// Whether records filled in under `before` can still be read and edited under this kind, so
    /// that a field may change from one to the other and keep its key.
    pub fn follows(&self, before: &Self) -> bool {
        let family = |kind: &Self| match kind {
            Self::Text(_) | Self::MultilineText(_) => 1,
            Self::Radio(_) | Self::Checkbox(_) | Self::Select(_) | Self::MultiSelect(_) => 2,
            Self::Attachment(_) | Self::Image(_) => 3,
            Self::Number(_) => 4,
            Self::SerialNumber(_) => 5,
            Self::Date(_) => 6,
            Self::DateRange(_) => 7,
            Self::Member(_) => 8,
            Self::SubTable(_) => 9,
            Self::Association(_) => 10,
            Self::Divider => 11,
        };
        family(self) == family(before)
    }
}

/// One line of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextField {
    /// The most characters.
    pub max_length: u32,
    /// What it must look like.
    #[serde(skip_serializing_if = "is_default")]
    pub format: TextFormat,
    /// Filled in at first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub default: String,
}

impl TextField {
    /// The most that `max_length` can be.
    pub const LIMIT: u32 = 5_000;
}

impl Default for TextField {
    fn default() -> Self {
        Self { max_length: 200, format: TextFormat::Any, default: String::new() }
    }
}

codes! {
    /// What a text must look like.
    #[derive(Default)]
    TextFormat {
        /// Anything.
        #[default]
        Any = "any", "不限", "Anything";
        /// An e-mail address.
        Email = "email", "邮箱", "E-mail";
        /// A telephone number.
        Phone = "phone", "电话", "Phone";
        /// A web address.
        Url = "url", "网址", "Web address";
        /// A Chinese identity card number.
        IdCard = "id_card", "身份证号", "Identity card";
        /// A Chinese postcode.
        Postcode = "postcode", "邮政编码", "Postcode";
    }
}

/// Several lines of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MultilineField {
    /// The most characters.
    pub max_length: u32,
    /// How many lines are shown.
    pub rows: u8,
    /// Filled in at first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub default: String,
}

impl MultilineField {
    /// The most that `max_length` can be.
    pub const LIMIT: u32 = 50_000;
}

impl Default for MultilineField {
    fn default() -> Self {
        Self { max_length: 2_000, rows: 4, default: String::new() }
    }
}

/// A decimal number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NumberField {
    /// Written behind the number, such as 万元.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub unit: Text,
    /// The digits behind the point.
    pub decimals: u8,
    /// The least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Decimal>,
    /// The most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Decimal>,
    /// Shown grouped by thousands.
    #[serde(skip_serializing_if = "is_default")]
    pub thousands: bool,
    /// Filled in at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Decimal>,
}

/// A day, or with a time a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DateField {
    /// Whether the time of day counts.
    #[serde(skip_serializing_if = "is_default")]
    pub with_time: bool,
    /// Filled in at first.
    #[serde(skip_serializing_if = "is_default")]
    pub default: DateDefault,
}

/// What a date field, or an end of a date range, shows at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateDefault {
    /// Nothing.
    #[default]
    Empty,
    /// The day (and time) of filling in.
    Today,
    /// Always the same.
    Fixed(When),
}

impl DateDefault {
    /// What is filled in at `now`.
    pub fn at(self, now: When) -> Option<When> {
        match self {
            Self::Empty => None,
            Self::Today => Some(now),
            Self::Fixed(when) => Some(when),
        }
    }
}

/// From a day to a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DateRangeField {
    /// Whether the time of day counts.
    #[serde(skip_serializing_if = "is_default")]
    pub with_time: bool,
    /// Filled in at first as its start; only together with an end.
    #[serde(skip_serializing_if = "is_default")]
    pub default_from: DateDefault,
    /// Filled in at first as its end; only together with a start.
    #[serde(skip_serializing_if = "is_default")]
    pub default_to: DateDefault,
}

/// People of the organisation in which the app runs. No default names anybody: an app goes to other
/// organisations, and accounts never go with it (Source: ORD-4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemberField {
    /// Whether several can be named.
    #[serde(skip_serializing_if = "is_default")]
    pub multiple: bool,
    /// Whether whoever fills in the form is named at first.
    #[serde(skip_serializing_if = "is_default")]
    pub default_self: bool,
}

/// Files or pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// How many at most.
    pub max_count: u32,
    /// How large each at most.
    pub max_bytes: u64,
}

impl Files {
    /// The most that `max_count` can be.
    pub const COUNT_LIMIT: u32 = 50;
    /// The most that `max_bytes` can be: no upload may be larger.
    pub const BYTES_LIMIT: u64 = crate::file::MAX_BYTES as u64;
}

impl Default for Files {
    fn default() -> Self {
        Self { max_count: 9, max_bytes: Self::BYTES_LIMIT }
    }
}

/// Rows of columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SubTable {
    /// The columns; any kind that [`FieldKind::fits_sub_table`].
    pub columns: Vec<Field>,
    /// How many rows at least.
    pub min_rows: u32,
    /// How many rows at most.
    pub max_rows: u32,
    /// Columns that were removed; old records still show them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Field>,
}

impl SubTable {
    /// The most that `max_rows` can be.
    pub const ROW_LIMIT: u32 = 500;

    /// The column with this key.
    pub fn column(&self, key: &str) -> Option<&Field> {
        self.columns.iter().find(|column| column.key == *key)
    }

    /// The column or retired column with this key, for reading old rows.
    pub fn column_ever(&self, key: &str) -> Option<&Field> {
        self.column(key).or_else(|| self.retired.iter().find(|column| column.key == *key))
    }

    /// The columns that people see, in their order.
    pub fn seen_columns(&self) -> impl Iterator<Item = &Field> {
        self.columns.iter().filter(|column| column.is_seen())
    }
}

impl Default for SubTable {
    fn default() -> Self {
        Self { columns: Vec::new(), min_rows: 0, max_rows: 100, retired: Vec::new() }
    }
}

/// Records of another form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Association {
    /// Which form.
    pub target: AssociationTarget,
    /// The fields of that form by which people recognise a record; none means its first ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Key>,
    /// Whether several records can be chosen.
    #[serde(skip_serializing_if = "is_default")]
    pub multiple: bool,
}

/// The form an association leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssociationTarget {
    /// A form of this app.
    Form(Key),
    /// None yet: what stood there when the form was imported, in words for people.
    Slot(Text),
}

impl AssociationTarget {
    /// The form, where there is one.
    pub fn form(&self) -> Option<&Key> {
        match self {
            Self::Form(key) => Some(key),
            Self::Slot(_) => None,
        }
    }
}

impl Default for AssociationTarget {
    fn default() -> Self {
        Self::Slot(Text::default())
    }
}
