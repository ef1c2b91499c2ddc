//! Projects (项目): submitted, reviewed, open for distribution, closed (Source: PRJ-1 to PRJ-6).

mod form;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use form::{
    CheckedProject, Closing, ClosingForm, FILE_TYPES, FileKind, Outcome, ProjectForm, Review,
    ReviewForm, check_file_type, phone,
};

use crate::{
    identity::AccountId,
    lang::Text,
    money::Money,
    problem::{FieldProblem, Kind, Problem},
    step::Step,
    time::Timestamp,
};

/// Where a submitted project stands. (A draft is not a project yet: it has no number and no state.)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProjectState {
    /// Waiting for an operator's review, due by the end of the next working day (Source: PRJ-3).
    Reviewing {
        /// When the review is due.
        due_at: Timestamp,
    },
    /// Withdrawn (撤销) by its creator before the review (Source: PRJ-4).
    Withdrawn {
        /// Who withdrew it.
        step: Step,
    },
    /// Rejected by an operator.
    Rejected {
        /// Who rejected it.
        step: Step,
        /// Why.
        reason: String,
        /// The amount found in the file, where one was recorded.
        found: Option<Money>,
    },
    /// Approved and open: links, purchases and sends are possible.
    Approved {
        /// Who approved it.
        step: Step,
        /// The amount found in the file, equal to the project's.
        found: Money,
    },
    /// Closed (结项): what was delivered stays, nothing new (Source: PRJ-6).
    Closed {
        /// Who had approved it.
        approved: Step,
        /// Who closed it.
        step: Step,
        /// The closing information.
        closing: Closing,
    },
}

impl ProjectState {
    /// The codes of all states, in the order of the lifecycle.
    pub const CODES: [&'static str; 5] =
        ["reviewing", "approved", "rejected", "withdrawn", "closed"];

    /// The code under which it is stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Reviewing { .. } => "reviewing",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Rejected { .. } => "rejected",
            Self::Approved { .. } => "approved",
            Self::Closed { .. } => "closed",
        }
    }

    /// What people read for a state's code.
    pub fn label_of(code: &str) -> Text {
        match code {
            "reviewing" => Text::of("审批中", "In review"),
            "withdrawn" => Text::of("已撤销", "Withdrawn"),
            "rejected" => Text::of("已驳回", "Rejected"),
            "approved" => Text::of("进行中", "Open"),
            "closed" => Text::of("已结项", "Closed"),
            _ => Text::of("草稿", "Draft"),
        }
    }

    /// What people read.
    pub fn label(&self) -> Text {
        Self::label_of(self.code())
    }

    /// True while links, purchases and sends are possible.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Approved { .. })
    }

    /// True where the content may become a new draft: withdrawn, rejected, or closed in order to be
    /// filed anew (Source: PRJ-4, PRJ-6).
    pub const fn can_be_copied(&self) -> bool {
        match self {
            Self::Withdrawn { .. } | Self::Rejected { .. } => true,
            Self::Closed { closing, .. } => matches!(closing.outcome, Outcome::Misfiled),
            Self::Reviewing { .. } | Self::Approved { .. } => false,
        }
    }

    /// Withdraws a project that nobody has reviewed (Source: PRJ-4).
    ///
    /// # Errors
    /// `project.not_creator`, `project.reviewed`, `project.withdrawn`.
    pub fn withdraw(self, creator: &Creator, step: Step) -> Result<Self, Problem> {
        creator.require(step.by)?;
        match self {
            Self::Reviewing { .. } => Ok(Self::Withdrawn { step }),
            other => Err(not_in_review(&other)),
        }
    }

    /// Reviews a project. Approval needs the amount found in the file to equal the project's
    /// (Source: PRJ-3).
    ///
    /// # Errors
    /// `project.amount_differs`, `project.reviewed`, `project.withdrawn`.
    pub fn review(self, amount: Money, review: Review, step: Step) -> Result<Self, Problem> {
        match (self, review) {
            (Self::Reviewing { .. }, Review::Approve { found }) if found == amount => {
                Ok(Self::Approved { step, found })
            }
            (Self::Reviewing { .. }, Review::Approve { found }) => {
                Err(amount_differs(amount, found))
            }
            (Self::Reviewing { .. }, Review::Reject { found, reason }) => {
                Ok(Self::Rejected { step, reason, found })
            }
            (other, _) => Err(not_in_review(&other)),
        }
    }

    /// Closes an open project; not while an app is being sent (Source: PRJ-6).
    ///
    /// # Errors
    /// `project.not_creator`, `project.sending`, `project.not_open`, `project.closed`.
    pub fn close(
        self,
        creator: &Creator,
        closing: Closing,
        sending: bool,
        step: Step,
    ) -> Result<Self, Problem> {
        creator.require(step.by)?;
        match self {
            Self::Approved { .. } if sending => Err(sending_now()),
            Self::Approved { step: approved, .. } => Ok(Self::Closed { approved, step, closing }),
            other => Err(other.not_open()),
        }
    }

    /// Refuses links, purchases and sends unless the project is open.
    ///
    /// # Errors
    /// `project.closed`, `project.not_open`.
    pub fn require_open(&self) -> Result<(), Problem> {
        if self.is_open() { Ok(()) } else { Err(self.not_open()) }
    }

    /// Refuses to copy what is not to be filed anew (Source: PRJ-4, PRJ-6).
    ///
    /// # Errors
    /// `project.not_copied`.
    pub fn require_copyable(&self) -> Result<(), Problem> {
        if self.can_be_copied() {
            return Ok(());
        }
        Err(Problem::new(
            Kind::Conflict,
            "project.not_copied",
            "PRJ-4",
            "只有已撤销、已驳回，或因信息有误而结项的项目可以复制为新草稿",
            "Only a project that was withdrawn, rejected, or closed as misfiled can be copied into a new draft",
        ))
    }

    fn not_open(&self) -> Problem {
        match self {
            Self::Closed { step, .. } => closed(&step.name),
            other => {
                let label = other.label();
                Problem::with(
                    Kind::Conflict,
                    "project.not_open",
                    "PRJ-6",
                    Text::new(
                        format!("项目还没有审批通过（当前：{}）", label.zh),
                        format!("The project is not approved (it is: {})", label.en),
                    ),
                )
            }
        }
    }
}

/// Who created a project: the only one to open its details, withdraw and close it (Source: PRJ-5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The account.
    pub account: AccountId,
    /// The name.
    pub name: String,
}

impl Creator {
    /// Refuses everybody else and says whom to ask.
    ///
    /// # Errors
    /// `project.not_creator`.
    pub fn require(&self, account: AccountId) -> Result<(), Problem> {
        if self.account == account {
            return Ok(());
        }
        Err(Problem::with(
            Kind::Denied,
            "project.not_creator",
            "PRJ-5",
            Text::new(
                format!("只有项目创建人 {} 可以查看详情和处理这个项目", self.name),
                format!("Only its creator, {}, can open and handle this project", self.name),
            ),
        )
        .remedy(format!("请联系 {}", self.name), format!("Ask {}", self.name)))
    }
}

fn not_in_review(state: &ProjectState) -> Problem {
    let (code, text) = match state {
        ProjectState::Withdrawn { .. } => (
            "project.withdrawn",
            Text::of("这个项目已被创建人撤销", "This project was withdrawn by its creator"),
        ),
        _ => (
            "project.reviewed",
            Text::of(
                "这个项目已经审批过，不能再撤销或审批",
                "This project was reviewed already; it can be neither withdrawn nor reviewed again",
            ),
        ),
    };
    Problem::with(Kind::Conflict, code, "PRJ-4", text)
        .remedy("请刷新页面查看最新状态", "Reload the page to see where it stands")
}

fn amount_differs(amount: Money, found: Money) -> Problem {
    let mut problem = Problem::with(
        Kind::Invalid,
        "project.amount_differs",
        "PRJ-3",
        Text::of(
            "文件中的金额与项目合同金额不一致，不能通过",
            "The amount in the file differs from the project's; it cannot be approved",
        ),
    )
    .remedy(
        "请再核对一次；确实不一致时请驳回并说明原因",
        "Check once more; where it does differ, reject with the reason",
    );
    let text = Text::new(
        format!("文件中是 {found}，项目中是 {amount}"),
        format!("The file says {found}, the project {amount}"),
    );
    problem.fields.push(FieldProblem { name: "amount_found".into(), text });
    problem
}

fn sending_now() -> Problem {
    Problem::new(
        Kind::Conflict,
        "project.sending",
        "PRJ-6",
        "有应用正在发送，发送结束后才能结项",
        "An app is being sent; the project can be closed once that is finished",
    )
    .remedy(
        "请稍候，在项目订单中查看发送进度",
        "Wait a moment; the project's orders show the progress",
    )
}

/// The refusal of anything new in a closed project.
pub fn closed(by: &str) -> Problem {
    Problem::with(
        Kind::Conflict,
        "project.closed",
        "PRJ-6",
        Text::new(
            format!("项目已由 {by} 结项，不能再获取链接、购买或发送；已交付的不受影响"),
            format!("{by} has closed the project: no new links, purchases or sends; what was delivered stays"),
        ),
    )
    .remedy("如需继续，请重新立项", "To go on, file a new project")
}
