//! What people type about a project: the form, the review, the closing; and which files may stand
//! as a contract (Source: PRJ-1, PRJ-2, PRJ-3, PRJ-6).

use serde::{Deserialize, Serialize};

use crate::{
    account::one_line,
    codes,
    identity::FileId,
    lang::Text,
    money::{Currency, Money},
    organisation::CorpId,
    problem::{FieldCheck, FieldProblem, FieldResult, Kind, Problem, clean_text},
    programme::file_id,
    time::Date,
};

codes! {
    /// What the uploaded file is (Source: PRJ-2).
    FileKind {
        /// The signed contract.
        Contract = "contract", "已签合同", "Signed contract";
        /// A quotation that stands in until the contract is signed.
        Quotation = "quotation", "报价单（合同未签）", "Quotation (contract not signed yet)";
    }
}

codes! {
    /// How a project ended (Source: PRJ-6).
    Outcome {
        /// Delivered and accepted.
        Delivered = "delivered", "已交付", "Delivered";
        /// Delivered in part.
        Partial = "partial", "部分交付", "Delivered in part";
        /// Ended before anything was delivered.
        Terminated = "terminated", "提前终止", "Ended early";
        /// Filed with wrong information; filed anew.
        Misfiled = "misfiled", "信息有误，重新立项", "Misfiled, to be filed anew";
    }
}

/// The project form, as typed. A draft is exactly this, so nothing typed is ever lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectForm {
    /// Project name.
    pub name: String,
    /// Description; says so where the contract's total differs.
    pub description: String,
    /// Contract amount, the part that concerns the app (项目合同金额).
    pub amount: String,
    /// ISO 4217 code; empty means CNY.
    pub currency: String,
    /// The id of the uploaded contract or quotation (项目合同).
    pub file: String,
    /// `contract` or `quotation`; empty means contract.
    pub file_kind: String,
    /// Expected delivery.
    pub expected_on: String,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's CorpID (客户组织 CorpID).
    pub customer_corp_id: String,
    /// Whom to ask at the customer.
    pub contact: String,
    /// Their phone number.
    pub phone: String,
}

/// The project form, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedProject {
    /// Project name.
    pub name: String,
    /// Description, maybe empty.
    pub description: String,
    /// Contract amount.
    pub amount: Money,
    /// The contract or quotation.
    pub file: FileId,
    /// Which of the two.
    pub file_kind: FileKind,
    /// Expected delivery.
    pub expected_on: Date,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's CorpID.
    pub customer_corp_id: CorpId,
    /// Whom to ask at the customer.
    pub contact: String,
    /// Their phone number.
    pub phone: String,
}

impl ProjectForm {
    /// Reads the form, in the browser and on the server alike.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<CheckedProject, Problem> {
        self.read(None)
    }

    /// Reads the form to be submitted: what is to be delivered is still to come (Source: PRJ-1).
    /// `today` is the day at the provider.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check_on(&self, today: Date) -> Result<CheckedProject, Problem> {
        self.read(Some(today))
    }

    fn read(&self, today: Option<Date>) -> Result<CheckedProject, Problem> {
        let mut check = FieldCheck::new();
        let name = check.take("name", one_line(&self.name, 100));
        let file_kind = check.take("file_kind", file_kind(&self.file_kind));
        let description = check.take("description", describe(&self.description, file_kind));
        let currency = check.take("currency", currency(&self.currency));
        let amount = check.take("amount", Money::parse(&self.amount, currency.unwrap_or_default()));
        let file = check.take("file", file_id(&self.file).map_err(|_| choose_file()));
        let expected_on = check.take("expected_on", expected(&self.expected_on, today));
        let customer_name = check.take("customer_name", one_line(&self.customer_name, 100));
        let corp_id = check.take("customer_corp_id", CorpId::parse(&self.customer_corp_id));
        let contact = check.take("contact", one_line(&self.contact, 50));
        let phone = check.take("phone", phone(&self.phone));
        let whole = (|| {
            Some(CheckedProject {
                name: name?,
                description: description?,
                amount: amount?,
                file: file?,
                file_kind: file_kind?,
                expected_on: expected_on?,
                customer_name: customer_name?,
                customer_corp_id: corp_id?,
                contact: contact?,
                phone: phone?,
            })
        })();
        check.conclude(whole)
    }

    /// The longest draft that is kept, in bytes of its fields together.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Refuses a draft that no person could have typed.
    ///
    /// # Errors
    /// `project.draft_too_large`.
    pub fn check_size(&self) -> Result<(), Problem> {
        let fields = [
            &self.name,
            &self.description,
            &self.amount,
            &self.currency,
            &self.file,
            &self.file_kind,
            &self.expected_on,
            &self.customer_name,
            &self.customer_corp_id,
            &self.contact,
            &self.phone,
        ];
        if fields.iter().map(|field| field.len()).sum::<usize>() <= Self::MAX_BYTES {
            return Ok(());
        }
        Err(Problem::new(
            Kind::TooLarge,
            "project.draft_too_large",
            "PRJ-1",
            "草稿内容过长，没有保存",
            "The draft is too long and was not saved",
        )
        .remedy("请缩短项目描述", "Shorten the description"))
    }
}

fn choose_file() -> Text {
    Text::of("请上传项目合同或报价单", "Upload the contract or a quotation")
}

fn file_kind(typed: &str) -> FieldResult<FileKind> {
    match typed {
        "" => Ok(FileKind::Contract),
        code => FileKind::parse(code)
            .ok_or_else(|| Text::of("请选择文件是合同还是报价单", "Choose: contract or quotation")),
    }
}

fn currency(typed: &str) -> FieldResult<Currency> {
    match typed {
        "" => Ok(Currency::default()),
        code => Currency::parse(code).ok_or_else(|| Text::of("请选择币种", "Choose a currency")),
    }
}

fn expected(typed: &str, today: Option<Date>) -> FieldResult<Date> {
    let date = Date::parse(typed)?;
    match today {
        Some(today) if date < today => Err(Text::new(
            format!("预计交付日期已经过去（今天是 {today}），请填写今天或之后的日期"),
            format!("That day is past (today is {today}); enter today or a later day"),
        )),
        _ => Ok(date),
    }
}

/// A quotation instead of a contract needs an explanation (Source: PRJ-2).
fn describe(typed: &str, kind: Option<FileKind>) -> FieldResult<String> {
    let text = clean_text(typed, 2000)?;
    if text.is_empty() && kind == Some(FileKind::Quotation) {
        return Err(Text::of(
            "以报价单代替合同时，请在此说明情况",
            "Say here why a quotation stands in for the contract",
        ));
    }
    Ok(text)
}

/// Reads a phone number: 5 to 30 digits, spaces, dashes, brackets, a leading plus, an extension.
///
/// # Errors
/// The sentence for the field.
pub fn phone(typed: &str) -> FieldResult<String> {
    let plain = clean_text(typed, 30)?;
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    let fits = digits >= 5
        && plain
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '转' | '#'));
    if fits {
        Ok(plain)
    } else {
        Err(Text::of(
            "请填写联系电话，如 13800138000 或 010-88886666",
            "Enter a phone number such as 13800138000",
        ))
    }
}

/// The review form, as typed by an operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewForm {
    /// `approve` or `reject`.
    pub decision: String,
    /// The amount found in the file.
    pub amount_found: String,
    /// The reason of a rejection.
    pub reason: String,
}

/// The review, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Review {
    /// Approve, with the amount found in the file.
    Approve {
        /// The amount found in the file.
        found: Money,
    },
    /// Reject, with a reason.
    Reject {
        /// The amount found in the file, where one was recorded.
        found: Option<Money>,
        /// Why.
        reason: String,
    },
}

impl ReviewForm {
    /// Reads the form; the amount is in the project's currency.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self, currency: Currency) -> Result<Review, Problem> {
        let mut check = FieldCheck::new();
        let review = match self.decision.as_str() {
            "approve" => check
                .take("amount_found", Money::parse(&self.amount_found, currency))
                .map(|found| Review::Approve { found }),
            "reject" => {
                let found = if self.amount_found.trim().is_empty() {
                    Some(None)
                } else {
                    check.take("amount_found", Money::parse(&self.amount_found, currency).map(Some))
                };
                let reason = check.text("reason", &self.reason, 1000);
                found.zip(reason).map(|(found, reason)| Review::Reject { found, reason })
            }
            _ => {
                check.fail(
                    "decision",
                    Text::of("请选择通过或驳回", "Choose to approve or to reject"),
                );
                None
            }
        };
        check.conclude(review)
    }
}

/// The closing form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClosingForm {
    /// When the project was delivered.
    pub delivered_on: String,
    /// A code of [`Outcome`].
    pub outcome: String,
    /// What was done.
    pub summary: String,
    /// The id of the uploaded acceptance file, if any.
    pub file: String,
}

/// The closing information, checked and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// When the project was delivered; none where nothing was.
    pub delivered_on: Option<Date>,
    /// How it ended.
    pub outcome: Outcome,
    /// What was done.
    pub summary: String,
    /// The acceptance file.
    pub file: Option<FileId>,
}

impl ClosingForm {
    /// Reads the form. What was delivered has a date, which is not in the future; where nothing was,
    /// there is none.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self, today: Date) -> Result<Closing, Problem> {
        let mut check = FieldCheck::new();
        let outcome = check.take(
            "outcome",
            Outcome::parse(&self.outcome)
                .ok_or_else(|| Text::of("请选择结项结果", "Choose how the project ended")),
        );
        let empty = self.delivered_on.trim().is_empty();
        let delivered_on = match outcome {
            Some(Outcome::Terminated | Outcome::Misfiled) if !empty => {
                check.fail("delivered_on", not_delivered());
                None
            }
            Some(Outcome::Delivered | Outcome::Partial) | None if !empty || outcome.is_some() => {
                check.take("delivered_on", past(&self.delivered_on, today).map(Some))
            }
            _ => Some(None),
        };
        let summary = check.text("summary", &self.summary, 2000);
        let file = if self.file.trim().is_empty() {
            Some(None)
        } else {
            check.take("file", file_id(&self.file).map(Some))
        };
        let whole = (|| {
            Some(Closing {
                delivered_on: delivered_on?,
                outcome: outcome?,
                summary: summary?,
                file: file?,
            })
        })();
        check.conclude(whole)
    }
}

fn not_delivered() -> Text {
    Text::of(
        "这个结果表示没有交付，请清空交付日期，或选择其他结果",
        "This result means that nothing was delivered: clear the date, or choose another result",
    )
}

fn past(typed: &str, today: Date) -> FieldResult<Date> {
    let date = Date::parse(typed)?;
    if date > today {
        return Err(Text::of("交付日期不能晚于今天", "The delivery date cannot be in the future"));
    }
    Ok(date)
}

/// File types that may stand as contract, quotation, acceptance file or proof: the sniffed media
/// type and the endings that go with it.
pub const FILE_TYPES: [(&str, &[&str]); 7] = [
    ("application/pdf", &["pdf"]),
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/webp", &["webp"]),
    ("image/gif", &["gif"]),
    ("application/msword", &["doc"]),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
];

/// Accepts a file of an allowed type whose name does not claim another.
///
/// # Errors
/// `file.mislabelled` where name and content disagree, `file.type` for other types.
pub fn check_file_type(field: &str, name: &str, media_type: &str) -> Result<(), Problem> {
    let ending =
        name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase());
    let by_content = FILE_TYPES.iter().find(|(media, _)| *media == media_type);
    let by_name = FILE_TYPES.iter().find(|(_, endings)| endings.contains(&ending.as_str()));
    let mut problem = match (by_content, by_name) {
        (Some(content), Some(claimed)) if content == claimed => return Ok(()),
        (None, None) => wrong_type(),
        _ => mislabelled(name, media_type),
    };
    problem.fields.push(FieldProblem { name: field.to_owned(), text: problem.text.clone() });
    Err(problem)
}

fn wrong_type() -> Problem {
    Problem::new(
        Kind::Invalid,
        "file.type",
        "PRJ-1",
        "文件须是 PDF、图片（PNG、JPEG、WebP、GIF）或 Word 文档",
        "The file must be a PDF, an image (PNG, JPEG, WebP, GIF) or a Word document",
    )
    .remedy("请另选文件，其他内容都已保留", "Choose another file; everything else is kept")
}

fn mislabelled(name: &str, media_type: &str) -> Problem {
    Problem::with(
        Kind::Invalid,
        "file.mislabelled",
        "PRJ-1",
        Text::new(
            format!("文件「{name}」的内容与扩展名不符（内容是 {media_type}）"),
            format!("The content of “{name}” is not what its name says (it is {media_type})"),
        ),
    )
    .remedy(
        "请用原来的程序另存为 PDF、图片或 Word 文档后再上传",
        "Save it as a PDF, an image or a Word document and upload it again",
    )
}
