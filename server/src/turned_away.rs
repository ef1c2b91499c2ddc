//! The answers to requests that reach no page: short pages in both languages that need neither the
//! database nor to know who asks (Source: ALL-4).

use std::any::Any;

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use domain::lang::Text;

use crate::assets;

/// A form that another site sent, or that a proxy changed the address of.
pub fn foreign_form() -> Response {
    page(
        StatusCode::FORBIDDEN,
        &Text::of("这次提交不是从本站的页面发出的", "This was not sent from a page of this site"),
        &Text::of(
            "没有保存任何内容。请从本站重新打开页面再提交；如果一直这样，请运维人员检查 origin 设置是否与浏览器里的地址一致。",
            "Nothing was saved. Open the page again from this site and send it anew; if this goes on, whoever runs this installation should check that the setting origin is the address in the browser.",
        ),
    )
}

/// A request during which the program failed.
pub fn failure(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words");
    tracing::error!(panic = text, "a request panicked");
    page(
        StatusCode::INTERNAL_SERVER_ERROR,
        &Text::of("出错了，没有保存任何内容", "Something went wrong; nothing was saved"),
        &Text::of("请返回后再试一次", "Go back and try again"),
    )
}

fn page(status: StatusCode, sentence: &Text, remedy: &Text) -> Response {
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
    (status, Html(html)).into_response()
}
