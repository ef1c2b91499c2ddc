//! How a call to the server goes wrong, as a [`Problem`]: what server functions answer when they do not
//! answer (Source: ALL-4, architecture "Errors").

use serde::{Serialize, de::DeserializeOwned};
use server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    codec::Post,
    error::{FromServerFnError, ServerFnErrorErr},
};

use crate::{
    lang::Text,
    problem::{Kind, Problem},
};

/// JSON, read by the client's one reader (see [`crate::json`]).
pub struct AsJson;

/// What server functions answer in.
pub type Json = Post<AsJson>;

impl ContentType for AsJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for AsJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for AsJson {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, serde_json::Error> {
        serde_json::to_vec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for AsJson {
    type Error = crate::json::Unreadable;

    fn decode(bytes: Bytes) -> Result<T, crate::json::Unreadable> {
        crate::json::read(&String::from_utf8_lossy(&bytes))
    }
}

impl FromServerFnError for Problem {
    type Encoder = AsJson;

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

/// What is known of an answer before its body is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The HTTP status.
    pub status: u16,
    /// The content type, with its parameters.
    pub content_type: String,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
}

/// Whether an answer is one of ours. What a proxy, a firewall or a sign-in in between answers is told
/// as what it is.
///
/// # Errors
/// What came instead of an answer, and what to do about it.
pub fn judge(heard: &Heard) -> Result<(), Problem> {
    if heard.content_type.trim_start().to_ascii_lowercase().starts_with("application/json") {
        return Ok(());
    }
    Err(match heard.status {
        200..=399 | 401 | 407 => other_page(),
        403 | 451 => turned_away(),
        404 | 405 | 410 => unreadable(),
        408 | 502 | 503 | 504 | 520..=527 => gateway(heard.status),
        413 => too_large(),
        429 => throttled(heard.retry_after),
        _ => failed(),
    })
}

impl Problem {
    /// Whether nobody knows if the command was done: it can be sent again under the same key.
    pub fn is_unanswered(&self) -> bool {
        self.code.starts_with("connection.")
    }
}

/// A page came instead of an answer: a proxy's or a network's sign-in.
fn other_page() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "answer.other_page",
        "ALL-4",
        "收到的是另一个网页（例如网络或公司的登录页面），不是本站的回应；您填写的内容都还在",
        "Another page came instead of this site's answer, such as the sign-in of a network; everything you typed is still here",
    )
    .remedy(
        "请在新窗口打开本站，完成那里要求的登录，再回到这里提交一次；同一次提交不会执行两遍",
        "Open this site in another window, sign in as asked there, then come back and submit again; nothing is done twice",
    )
}

/// Something between browser and server does not let this pass.
fn turned_away() -> Problem {
    Problem::new(
        Kind::Denied,
        "answer.turned_away",
        "ALL-4",
        "网络中的防护设备拒绝了这次提交，没有保存；您填写的内容都还在",
        "A firewall on the way refused this; nothing was saved, and everything you typed is still here",
    )
    .remedy(
        "请换一个网络再试，或把这句话告诉运维人员",
        "Try another network, or tell whoever runs this installation",
    )
}

/// The server is away, or took too long for the proxy in front.
fn gateway(status: u16) -> Problem {
    Problem::with(
        Kind::Unavailable,
        "connection.gateway",
        "ALL-4",
        Text::new(
            format!("服务器暂时没有回应（{status}），您填写的内容都还在"),
            format!(
                "The server does not answer just now ({status}); everything you typed is still here"
            ),
        ),
    )
    .remedy(
        "请过一会儿再提交一次；同一次提交不会执行两遍",
        "Submit again in a moment; nothing is done twice",
    )
}

/// The proxy in front takes less than was sent.
fn too_large() -> Problem {
    Problem::new(
        Kind::TooLarge,
        "answer.too_large",
        "ALL-4",
        "提交的内容超过了服务器前面代理允许的大小，没有保存",
        "This is more than the proxy in front of the server takes; nothing was saved",
    )
    .remedy(
        "请缩短内容或换小一些的文件；运维人员可以放宽代理的上限",
        "Make it smaller; whoever runs this installation can raise the proxy's limit",
    )
}

fn throttled(seconds: Option<u32>) -> Problem {
    let problem = Problem::new(
        Kind::Throttled,
        "answer.throttled",
        "ALL-4",
        "请求太频繁，这次没有执行；您填写的内容都还在",
        "Too many requests; this was not done, and everything you typed is still here",
    );
    match seconds {
        Some(seconds) => problem.remedy(
            format!("请在 {seconds} 秒后再提交"),
            format!("Submit again in {seconds} seconds"),
        ),
        None => problem.remedy("请过一会儿再提交", "Submit again in a moment"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, content_type: &str) -> String {
        let heard = Heard { status, content_type: content_type.into(), retry_after: Some(30) };
        judge(&heard).err().map(|problem| problem.code.into_owned()).unwrap_or_default()
    }

    #[test]
    fn all4_what_a_proxy_answers_is_told_as_what_it_is() {
        assert_eq!(told(200, "application/json; charset=utf-8"), "");
        assert_eq!(told(422, "Application/JSON"), "");
        assert_eq!(told(200, "text/html"), "answer.other_page");
        assert_eq!(told(413, "text/html"), "answer.too_large");
        assert_eq!(told(403, "text/html"), "answer.turned_away");
        assert_eq!(told(429, ""), "answer.throttled");
        for status in [502, 503, 504] {
            assert_eq!(told(status, "text/html"), "connection.gateway");
        }
        assert_eq!(told(404, "text/plain"), "client.outdated");
        assert_eq!(told(500, "text/html"), "installation.failed");
    }

    #[test]
    fn all5_only_what_got_no_answer_is_sent_again_by_itself() {
        assert!(lost().is_unanswered() && gateway(502).is_unanswered());
        assert!(!too_large().is_unanswered() && !unreadable().is_unanswered());
    }
}
