//! Files: how large they may be.

use crate::problem::{Kind, Problem};

/// The largest file anybody may upload, in MiB (Source: PRJ-1).
pub const MEGABYTES: usize = 20;
/// The same in bytes.
pub const MAX_BYTES: usize = MEGABYTES * 1024 * 1024;

/// The refusal of an upload that broke off.
pub fn broken_off() -> Problem {
    Problem::new(
        Kind::Invalid,
        "file.broken_off",
        "ALL-4",
        "文件没有传完，没有保存",
        "The file did not arrive whole and was not stored",
    )
    .remedy("请再上传一次", "Send it again")
}
