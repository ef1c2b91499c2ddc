//! How a call to the server goes wrong, as a [`Problem`]: what server functions answer when they do not
//! answer (Source: ALL-4, architecture "Errors").

use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use crate::problem::{Kind, Problem};

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

    /// The words of the library are for developers: none of them is shown.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => malformed(),
            ServerFnErrorErr::Request(_) => lost(),
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Response(_) => unreadable(),
            _ => failed(),
        }
    }
}

/// What was sent does not fit the command.
pub fn malformed() -> Problem {
    Problem::new(
        Kind::Invalid,
        "form.malformed",
        "ALL-4",
        "提交的内容不完整或格式不对",
        "What was sent is incomplete or of another shape",
    )
    .remedy("请重新打开页面再试", "Open the page again and retry")
}

/// No answer came at all.
pub fn lost() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "connection.lost",
        "ALL-4",
        "没有收到服务器的回应，您填写的内容都还在",
        "The server did not answer; everything you typed is still here",
    )
    .remedy(
        "请检查网络后再提交一次；同一次提交不会执行两遍",
        "Check the connection, then submit again; nothing is done twice",
    )
}

/// An answer came that this program cannot read: the page is of another version than the server.
pub fn unreadable() -> Problem {
    Problem::new(
        Kind::Conflict,
        "client.outdated",
        "ALL-4",
        "网站已经更新，这个页面读不懂服务器的回应",
        "The site was updated; this page cannot read the server's answer",
    )
    .remedy(
        "请重新加载页面；如果刚才提交过，请先查看是否已经生效",
        "Load the page again; if you have just sent something, look whether it took effect",
    )
}

/// The program failed while it answered.
pub fn failed() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "installation.failed",
        "ALL-4",
        "出错了，没有保存任何内容",
        "Something went wrong; nothing was saved",
    )
    .remedy("请再试一次", "Try again")
}
