//! Internal failures as people may see them: a reference number, the cause only in the log
//! (Source: architecture, "Errors").

use std::{error::Error, fmt::Display, io};

use domain::problem::{Kind, Problem};

use crate::db::{Inconsistent, StorageError};

/// Logs `cause` under a new reference number and gives the problem that carries the number.
pub fn internal(cause: &dyn Display) -> Problem {
    unavailable(log(cause))
}

/// Logs a cause; gives the reference number it is logged under.
fn log(cause: &dyn Display) -> String {
    let reference = reference();
    tracing::error!(%reference, %cause, "internal failure");
    #[cfg(feature = "testing")]
    eprintln!("internal failure {reference}: {cause}");
    reference
}

fn unavailable(reference: String) -> Problem {
    let problem = Problem::new(
        Kind::Unavailable,
        "installation.unavailable",
        "ALL-4",
        "系统暂时无法完成这一步，什么都没有被改动",
        "This cannot be done just now; nothing was changed",
    )
    .remedy(
        format!("请稍后重试；若仍不行，请把编号 {reference} 告诉运维人员"),
        format!("Try again in a moment; if it stays so, give the number {reference} to whoever runs this installation"),
    );
    Problem { reference: Some(reference), ..problem }
}

/// The refusal when there is no space left; the cause is in the log.
pub fn full(cause: &dyn Display) -> Problem {
    let reference = log(cause);
    let problem = Problem::new(
        Kind::Unavailable,
        "installation.full",
        "ALL-4",
        "存储空间不足，什么都没有被改动",
        "There is no space left to store this; nothing was changed",
    )
    .remedy(
        format!("请把编号 {reference} 告诉运维人员，腾出空间后再试"),
        format!("Give the number {reference} to whoever runs this installation, and try again once there is space"),
    );
    Problem { reference: Some(reference), ..problem }
}

/// The refusal when nobody can say whether what was asked has been done.
fn unsure(cause: &dyn Display) -> Problem {
    let reference = log(cause);
    let problem = Problem::new(
        Kind::Unavailable,
        "installation.unsure",
        "ALL-4",
        "保存的最后一刻连接中断，不确定是否已经保存",
        "The connection broke at the last moment; it may or may not have been saved",
    )
    .remedy(
        "请先在新窗口查看是否已经生效，没有生效再提交一次",
        "Look in another window whether it took effect, and submit again only if it did not",
    );
    Problem { reference: Some(reference), ..problem }
}

/// True when an error, or one behind it, says that there is no space left.
pub fn no_space(error: &(dyn Error + 'static)) -> bool {
    let told = error.downcast_ref::<io::Error>().is_some_and(|error| {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
    });
    told || error.source().is_some_and(no_space)
}

fn reference() -> String {
    let id = uuid::Uuid::now_v7().simple().to_string();
    id[id.len() - 10..].to_owned()
}

/// Internal failures become problems here, so that `?` works in every use case.
pub trait Internal<T> {
    /// The value, or the logged failure as a [`Problem`].
    fn internal(self) -> Result<T, Problem>;
}

impl<T, E: Display> Internal<T> for Result<T, E> {
    fn internal(self) -> Result<T, Problem> {
        self.map_err(|error| internal(&error))
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Unsure(_) => unsure(&error),
            error if error.is_full() => full(error),
            error => internal(error),
        }
    }
}

impl From<Inconsistent> for Problem {
    fn from(error: Inconsistent) -> Self {
        internal(&error)
    }
}

/// The refusal for things that are not there, or not for this person to see.
pub fn missing(zh: &str, en: &str) -> Problem {
    Problem::with(
        Kind::Missing,
        "missing",
        "ALL-4",
        domain::lang::Text::new(
            format!("找不到{zh}，或者它不属于当前组织"),
            format!("There is no such {en}, or it is not your organisation's"),
        ),
    )
    .remedy(
        "请检查地址，或切换组织后再试",
        "Check the address, or switch organisation and try again",
    )
}

/// None for what is not there. Every other failure stays one: that storage cannot be reached says
/// nothing of what is in it.
pub fn unless_missing<T>(found: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.kind == Kind::Missing => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The refusal when somebody else has changed the thing in the meantime.
pub fn changed_meanwhile() -> Problem {
    Problem::new(
        Kind::Conflict,
        "changed_meanwhile",
        "ALL-4",
        "您打开之后，别人刚刚修改过这里；您填写的内容仍在",
        "Somebody else changed this after you opened it; what you typed is still here",
    )
    .remedy(
        "请在新窗口查看最新内容，核对后再次保存",
        "Look at the current state in another window, then save again",
    )
}
