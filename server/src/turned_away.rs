//! The answers to requests that reach no page: short pages in both languages that need neither the
//! database nor to know who asks, or the same as a problem for scripts (Source: ALL-4).

use std::any::Any;

use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};
use domain::problem::{Kind, Problem};
use serde_json::json;

use crate::assets;

/// Why a request was turned away; [`tell`] puts it into words for who asks.
#[derive(Clone)]
struct Reason(Problem);

/// A form that another site sent, or that a proxy changed the address of.
pub fn foreign_form() -> Response {
    let problem = Problem::new(
        Kind::Denied,
        "request.foreign",
        "ALL-4",
        "这次提交不是从本站的页面发出的",
        "This was not sent from a page of this site",
    )
    .remedy(
        "没有保存任何内容。请从本站重新打开页面再提交；如果一直这样，请运维人员检查 origin 设置是否与浏览器里的地址一致。",
        "Nothing was saved. Open the page again from this site and send it anew; if this goes on, whoever runs this installation should check that the setting origin is the address in the browser.",
    );
    turn_away(StatusCode::FORBIDDEN, problem)
}

/// A request to a host of which this installation does not know that it is its own: not the
/// asker's fault, and no matter of permissions, so 421 and not 403.
pub fn misdirected() -> Response {
    let problem = Problem::new(
        Kind::Denied,
        "request.misdirected",
        "LNK-3",
        "这个地址还没有设置好",
        "This address is not set up yet",
    )
    .remedy(
        "请运维人员用启动选项 --origin（或环境变量 FENFA_ORIGIN）写明大家使用的地址，例如 --origin https://fenfa.example.cn，然后重新启动。没有写明时只能在本机打开，以免链接带着错误的地址发给客户。",
        "Whoever runs this installation should name the address that people use with the option --origin (or FENFA_ORIGIN), such as --origin https://fenfa.example.cn, and start it again. Until then it opens on its own machine only, so that no link goes out to a customer with a wrong address.",
    );
    turn_away(StatusCode::MISDIRECTED_REQUEST, problem)
}

/// A request during which the program failed.
pub fn failure(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words");
    tracing::error!(panic = text, "a request panicked");
    let problem = Problem::new(
        Kind::Unavailable,
        "request.failed",
        "ALL-4",
        "出错了，没有保存任何内容",
        "Something went wrong; nothing was saved",
    )
    .remedy("请返回后再试一次", "Go back and try again");
    turn_away(StatusCode::INTERNAL_SERVER_ERROR, problem)
}

fn turn_away(status: StatusCode, problem: Problem) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Reason(problem));
    response
}

/// How the one who asks reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    /// A person, a page.
    Person,
    /// A form of a page that was sent by a script: as pages answer it.
    Form,
    /// A call of a function: the problem itself.
    Call,
}

impl Reader {
    fn of(path: &str, headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        if path.starts_with("/api/") {
            Self::Call
        } else if accept.is_some_and(|accept| accept.starts_with("application/json")) {
            Self::Form
        } else {
            Self::Person
        }
    }
}

/// Puts into words why a request was turned away further in, where it is known who asks and not yet
/// what is read.
pub async fn tell(request: Request, next: Next) -> Response {
    let reader = Reader::of(request.uri().path(), request.headers());
    let mut response = next.run(request).await;
    let Some(Reason(problem)) = response.extensions_mut().remove() else { return response };
    let status = response.status();
    let mut told = match reader {
        Reader::Person => page(&problem),
        Reader::Form => Json(json!({ "problem": problem })).into_response(),
        Reader::Call => Json(problem).into_response(),
    };
    *told.status_mut() = status;
    for (name, value) in response.headers() {
        if !told.headers().contains_key(name) {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}

fn page(problem: &Problem) -> Response {
    let (sentence, remedy) = (&problem.text, &problem.remedy);
    let assets = assets::map();
    let html = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"{}\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{}\"><title>{}</title></head>\
         <body><main class=\"mx-auto w-full max-w-xl px-4 py-12\"><div class=\"panel p-6\">\
         <h1 class=\"text-xl font-semibold\">{}</h1><p class=\"mt-1 text-muted\">{}</p>\
         <div lang=\"en\" class=\"mt-4 border-t border-base-300 pt-4\">\
         <p class=\"font-medium\">{}</p><p class=\"text-muted\">{}</p></div></div></main></body></html>",
        assets.icon, assets.css, sentence.zh, sentence.zh, remedy.zh, sentence.en, remedy.en
    );
    Html(html).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn, routing::get};
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    #[tokio::test]
    async fn all4_a_failure_is_told_as_it_is_read() {
        async fn fail() -> StatusCode {
            panic!("on purpose")
        }
        let site = Router::new()
            .route("/page", get(fail))
            .route("/api/call", get(fail))
            .layer(CatchPanicLayer::custom(failure))
            .layer(from_fn(tell));
        for (path, accept, kind, begins) in [
            ("/page", "text/html,*/*", "text/html; charset=utf-8", "<!DOCTYPE html>"),
            (
                "/page",
                "application/json",
                "application/json",
                "{\"problem\":{\"code\":\"request.failed\"",
            ),
            ("/api/call", "*/*", "application/json", "{\"code\":\"request.failed\""),
        ] {
            let asked = Request::get(path).header(header::ACCEPT, accept);
            let answer = site.clone().oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], kind);
            let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
            assert!(body.starts_with(begins.as_bytes()), "{}", String::from_utf8_lossy(&body));
        }
    }
}
