//! Internal failures as people may see them: a reference number, the cause only in the log
//! (Source: architecture, "Errors").

use std::fmt::Display;

use domain::problem::{Kind, Problem};

use crate::db::{Inconsistent, StorageError};

/// Logs `cause` under a new reference number and gives the problem that carries the number.
pub fn internal(cause: &dyn Display) -> Problem {
    let reference = reference();
    tracing::error!(%reference, %cause, "internal failure");
    #[cfg(feature = "testing")]
    eprintln!("internal failure {reference}: {cause}");
    unavailable(reference)
}

fn unavailable(reference: String) -> Problem {
    let mut problem = Problem::new(
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
    problem.reference = Some(reference);
    problem
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
        internal(&error)
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
