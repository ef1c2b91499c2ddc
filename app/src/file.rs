//! Stored files: served with safe headers, and shown beside the forms that speak of them.

use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{authority::UseCase, call::malformed, identity::FileId, problem::Problem};
use leptos::prelude::*;

use crate::{
    kit::{Icon, form::Staged, icon},
    page::{self, AppState, Visit, encode},
};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new().route("/files/{id}", page::raw(serve)).route("/api/files/stage", post(stage))
}

/// The commands that bring files: the command, its field, and who may give it.
const STAGED_FOR: [(&str, &str, UseCase); 1] =
    [("programme/apply", "file", UseCase::ProgrammeApply)];

/// Who may stage a file for a command's field; nobody where the command has no file there.
pub fn stages(command: &str, field: &str) -> Option<UseCase> {
    let found = STAGED_FOR.iter().find(|(of, at, _)| *of == command && *at == field);
    found.map(|(_, _, use_case)| *use_case)
}

/// Takes one file as the body of a request, for a command that brings it; gives its id.
async fn stage(State(state): State<AppState>, request: Request) -> Response {
    let (visit, request, known) = Visit::of(state, request).await;
    match staged(&visit, request, known).await {
        Ok(staged) => Json(staged).into_response(),
        Err(problem) => page::problem_of_call(&problem),
    }
}

async fn staged(
    visit: &Visit,
    request: Request,
    known: Result<(), Problem>,
) -> Result<Staged, Problem> {
    known?;
    let asked = |name| visit.query(name).unwrap_or_default();
    let use_case = stages(asked("for"), asked("field")).ok_or_else(malformed)?;
    visit.actor.may(use_case)?;
    let content = request.into_body().into_data_stream();
    let (backend, actor) = (visit.backend(), &visit.actor);
    let file = backend::file::receive(backend, actor, asked("name"), content).await?;
    Ok(Staged { id: file.id.to_string(), name: file.name })
}

/// What a browser may show by itself; everything else is downloaded.
fn shown_inline(media_type: &str) -> bool {
    media_type == "application/pdf"
        || matches!(media_type, "image/png" | "image/jpeg" | "image/webp" | "image/gif")
}

async fn serve(visit: Visit) -> Result<Response, Problem> {
    let id: FileId = visit.param("id")?;
    let found = backend::file::read(visit.backend(), &visit.actor, id).await?;
    let content = backend::file::content(visit.backend(), &found).await?;
    let inline = shown_inline(&found.media_type) && visit.query("download").is_none();
    let how = if inline { "inline" } else { "attachment" };
    let disposition =
        format!("{how}; filename*=UTF-8''{}", encode(&found.name).replace('/', "%2F"));
    let mut response = Body::from(content).into_response();
    let headers = response.headers_mut();
    let kind = if inline { found.media_type.as_str() } else { "application/octet-stream" };
    if let Ok(kind) = kind.parse() {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let Ok(disposition) = disposition.parse() {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Nothing in an uploaded file may run or fetch anything; only this site may frame it.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; \
             frame-ancestors 'self'",
        ),
    );
    Ok(response)
}

/// A file beside a form: PDFs and images are shown, other files are offered as a download.
pub fn preview(visit: &Visit, id: FileId, name: &str, media_type: &str) -> AnyView {
    let url = format!("/files/{id}");
    let open = visit.t("在新窗口打开", "Open in a new window");
    let download = visit.t("下载", "Download");
    let shown = match media_type {
        "application/pdf" => view! {
            <iframe src=format!("{url}#navpanes=0&view=FitH") title=name.to_owned() class="h-[32rem] w-full rounded-box border border-base-300 bg-base-100 xl:h-[44rem]"></iframe>
        }
        .into_any(),
        _ if shown_inline(media_type) => view! {
            <img src=url.clone() alt=name.to_owned() loading="lazy" class="max-h-[44rem] w-full rounded-box border border-base-300 bg-base-100 object-contain"/>
        }
        .into_any(),
        _ => view! {
            <p class="flex flex-col items-center gap-2 rounded-box border border-dashed border-base-300 px-4 py-10 text-center text-muted">
                {icon(Icon::File)}
                {visit.t("Word 文档不能在页面中预览，请下载后查看", "A Word document cannot be shown here; download it to read it")}
            </p>
        }
        .into_any(),
    };
    let opener = shown_inline(media_type).then(|| {
        view! { <a class="btn btn-sm" href=url.clone() target="_blank" rel="noopener">{icon(Icon::Eye)}{open}</a> }
    });
    view! {
        <div class="mb-3 flex flex-wrap items-center justify-between gap-2">
            <p class="flex min-w-0 items-center gap-2">{icon(Icon::File)}<span class="truncate">{name.to_owned()}</span></p>
            <div class="flex gap-2">
                {opener}
                <a class="btn btn-sm" href=format!("{url}?download=1")>{icon(Icon::Download)}{download}</a>
            </div>
        </div>
        {shown}
    }
    .into_any()
}
