//! A posted form: its pairs in order, files already staged under their ids.

use axum::{body::to_bytes, extract::Request, http::header::CONTENT_TYPE};
use backend::file;
use bytes::{Bytes, BytesMut};
use domain::problem::{FieldProblem, Kind, Problem};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde::de::DeserializeOwned;

use super::Visit;

/// A whole form is read this far, in bytes. Files that are too large are read to their end and not
/// kept, so that what stands behind them in the form is not lost.
const MAX_FORM: u64 = 1024 * 1024 * 1024;
/// All that is typed into a form, in bytes.
const MAX_TEXT: usize = 8 * 1024 * 1024;
/// The same for strangers: they sign in, or their session has ended meanwhile.
const MAX_TEXT_OF_STRANGERS: usize = 1024 * 1024;
/// Five hundred rows of a hundred columns, and what stands around them.
const MAX_PAIRS: usize = 60_000;

/// Names of fields whose content must not stand in a page; they are typed again.
const SECRET: [&str; 3] = ["password", "current", "new"];

/// What was typed, as `(name, value)` in the order of the page. A file field's value is the id of
/// the staged file, so that it survives when the form comes back.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The pairs.
    pub pairs: Vec<(String, String)>,
    /// The fields whose file could not be staged: it has to be chosen once more.
    pub unstaged: Vec<String>,
}

impl Form {
    /// The last value of `name`, so that a checkbox may follow a hidden default.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The last value of `name`, or an empty text.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or("")
    }

    /// All values of `name` that are not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Which command the form is for: its hidden field `_do`, or the pressed button of that name.
    pub fn command(&self) -> &str {
        self.text("_do")
    }

    /// Replaces all values of `name`.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.retain(|(key, _)| key != name);
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// True when a checkbox is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.get(name), Some("on" | "true" | "1"))
    }

    /// The value of `name`, parsed; a form that lacks it was not made by a page of this site.
    pub fn parse<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.text(name).trim().parse().map_err(|_| malformed())
    }
}

/// The name of a field without that of the command it belongs to.
pub(super) fn bare(name: &str) -> &str {
    name.strip_prefix("command[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(name)
}

/// Whether what stands in the field must not stand in a page.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRET.contains(&bare(name))
}

/// The form as a type of the domain; names that the type does not know are ignored.
pub fn decode<T: DeserializeOwned>(form: &Form) -> Result<T, Problem> {
    let text = serde_html_form::to_string(&form.pairs).map_err(|_| malformed())?;
    serde_html_form::from_str(&text).map_err(|error| {
        tracing::debug!(%error, "a form of another shape");
        malformed()
    })
}

fn malformed() -> Problem {
    Problem::new(
        Kind::Invalid,
        "form.malformed",
        "ALL-4",
        "提交的内容不完整或格式不对",
        "What was sent is incomplete or of another shape",
    )
    .remedy("请重新打开页面再试", "Open the page again and retry")
}

/// Reads the body. The form holds all that could be read even when a file was refused.
pub(crate) async fn read(visit: &Visit, request: Request) -> (Form, Result<(), Problem>) {
    let mut form = Form::default();
    let text = most_text(visit);
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = content_type.and_then(|kind| multer::parse_boundary(kind).ok());
    let result = match boundary {
        Some(boundary) => {
            let limit = SizeLimit::new().whole_stream(MAX_FORM);
            let stream = request.into_body().into_data_stream();
            let parts =
                Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(limit));
            read_parts(visit, parts, text, &mut form).await
        }
        None => read_pairs(request, text, &mut form).await,
    };
    for value in form.pairs.iter_mut().flat_map(|(name, value)| [name, value]) {
        super::visit::without_nul(value);
    }
    (form, result)
}

async fn read_pairs(request: Request, most: usize, form: &mut Form) -> Result<(), Problem> {
    let body = to_bytes(request.into_body(), most).await.map_err(|_| too_long())?;
    if body.split(|byte| *byte == b'&').count() > MAX_PAIRS {
        return Err(malformed());
    }
    form.pairs = serde_html_form::from_bytes(&body).map_err(|_| malformed())?;
    Ok(())
}

async fn read_parts(
    visit: &Visit,
    mut parts: Multipart<'_>,
    mut text_left: usize,
    form: &mut Form,
) -> Result<(), Problem> {
    let mut refused = None;
    while let Some(part) = parts.next_field().await.map_err(|error| of_upload(&error))? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        if form.pairs.len() >= MAX_PAIRS {
            return Err(malformed());
        }
        let Some(file_name) = part.file_name().map(str::to_owned) else {
            let typed = content(part, text_left).await?.ok_or_else(too_long)?;
            text_left -= typed.len();
            form.pairs.push((name, String::from_utf8_lossy(&typed).into_owned()));
            continue;
        };
        // Nothing of a stranger's file is kept, not even for a moment.
        let stranger = visit.actor.person().err();
        if stranger.is_none() && !may_stage(visit, form, &name) {
            content(part, 0).await?;
            continue;
        }
        let most = if stranger.is_some() { 0 } else { file::MAX_BYTES };
        let staged = match (content(part, most).await?, stranger) {
            _ if file_name.is_empty() => continue,
            (_, Some(problem)) => Err(problem),
            (Some(content), None) => {
                file::stage(visit.backend(), &visit.actor, &file_name, content).await
            }
            (None, None) => Err(file::too_large()),
        };
        match staged {
            Ok(file) => form.pairs.push((name, file.id.to_string())),
            Err(problem) => {
                form.unstaged.push(name.clone());
                refused = Some(at_field(problem, name));
            }
        }
    }
    refused.map_or(Ok(()), Err)
}

/// The content of a part, or `None` (read to its end, not kept) when it is over `most` bytes.
async fn content(mut part: Field<'_>, most: usize) -> Result<Option<Bytes>, Problem> {
    let mut content = BytesMut::new();
    let mut too_large = false;
    while let Some(chunk) = part.chunk().await.map_err(|error| of_upload(&error))? {
        too_large |= content.len() + chunk.len() > most;
        if too_large {
            content.clear();
        } else {
            content.extend_from_slice(&chunk);
        }
    }
    Ok((!too_large).then(|| content.freeze()))
}

/// How much text this visitor may send at once, in bytes.
pub(crate) fn most_text(visit: &Visit) -> usize {
    if visit.actor.person().is_ok() { MAX_TEXT } else { MAX_TEXT_OF_STRANGERS }
}

/// Whether a form may bring a file under this name. One for a server function may where its command has
/// a file there, and this person may give the command.
pub(crate) fn may_stage(visit: &Visit, form: &Form, name: &str) -> bool {
    if form.get("_fn").is_none() {
        return true;
    }
    let command = form.text("_fn").strip_prefix("/api/").unwrap_or_default();
    let field = name.strip_prefix("command[").and_then(|rest| rest.split(']').next());
    crate::file::stages(command, field.unwrap_or_default())
        .is_some_and(|use_case| visit.actor.may(use_case).is_ok())
}

/// The refusal of a form with more text than anybody types.
pub(crate) fn too_long() -> Problem {
    Problem::new(
        Kind::TooLarge,
        "form.too_long",
        "ALL-4",
        "填写的内容太长，没有保存",
        "There is too much text; nothing was saved",
    )
    .remedy("请缩短后再提交", "Make it shorter and submit again")
}

fn at_field(mut problem: Problem, name: String) -> Problem {
    problem.fields.push(FieldProblem { name, text: problem.text.clone() });
    problem
}

fn of_upload(error: &multer::Error) -> Problem {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            file::too_large()
        }
        _ => {
            tracing::debug!(%error, "an upload broke off");
            malformed()
        }
    }
}
