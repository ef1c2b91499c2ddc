//! A posted form: its pairs in order, files already staged under their ids.

use axum::{body::to_bytes, extract::Request, http::header::CONTENT_TYPE};
use backend::file;
use bytes::{Bytes, BytesMut};
use domain::problem::{FieldProblem, Kind, Problem};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde::de::DeserializeOwned;

use super::Visit;

/// A whole form may be this large: several files and the text around them.
const MAX_FORM: usize = 6 * file::MAX_BYTES;
/// Five hundred rows of a hundred columns, and what stands around them.
const MAX_PAIRS: usize = 60_000;

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
pub(super) async fn read(visit: &Visit, request: Request) -> (Form, Result<(), Problem>) {
    let mut form = Form::default();
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = content_type.and_then(|kind| multer::parse_boundary(kind).ok());
    let result = match boundary {
        Some(boundary) => {
            let limit = SizeLimit::new().whole_stream(MAX_FORM as u64);
            let stream = request.into_body().into_data_stream();
            let parts =
                Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(limit));
            read_parts(visit, parts, &mut form).await
        }
        None => read_pairs(request, &mut form).await,
    };
    (form, result)
}

async fn read_pairs(request: Request, form: &mut Form) -> Result<(), Problem> {
    let body = to_bytes(request.into_body(), MAX_FORM).await.map_err(|_| file::too_large())?;
    form.pairs = serde_html_form::from_bytes(&body).map_err(|_| malformed())?;
    if form.pairs.len() > MAX_PAIRS { Err(malformed()) } else { Ok(()) }
}

async fn read_parts(
    visit: &Visit,
    mut parts: Multipart<'_>,
    form: &mut Form,
) -> Result<(), Problem> {
    let mut refused = None;
    while let Some(part) = parts.next_field().await.map_err(|error| of_upload(&error))? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        if form.pairs.len() >= MAX_PAIRS {
            return Err(malformed());
        }
        let Some(file_name) = part.file_name().map(str::to_owned) else {
            form.pairs.push((name, part.text().await.map_err(|error| of_upload(&error))?));
            continue;
        };
        let staged = match content(part).await? {
            _ if file_name.is_empty() => continue,
            Some(content) => file::stage(visit.backend(), &visit.actor, &file_name, content).await,
            None => Err(file::too_large()),
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

/// The content of a file, or `None` (read to its end, not kept) when it is over the limit.
async fn content(mut part: Field<'_>) -> Result<Option<Bytes>, Problem> {
    let mut content = BytesMut::new();
    let mut too_large = false;
    while let Some(chunk) = part.chunk().await.map_err(|error| of_upload(&error))? {
        too_large |= content.len() + chunk.len() > file::MAX_BYTES;
        if too_large {
            content.clear();
        } else {
            content.extend_from_slice(&chunk);
        }
    }
    Ok((!too_large).then(|| content.freeze()))
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
