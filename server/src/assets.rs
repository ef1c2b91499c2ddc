//! Serves the client's files, which are part of the program, from `/assets/`.

use std::sync::LazyLock;

use app::assets::AssetMap;
use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

/// A file of the client and its compressed variants.
#[derive(Debug)]
struct File {
    path: &'static str,
    tag: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// The table made by `build.rs`, ordered by path.
mod table {
    use super::File;
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

/// `/assets/{path}` and `/favicon.ico`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/assets/{*path}", get(serve))
        .route("/favicon.ico", get(async |headers: HeaderMap| answer(find("icon.svg"), &headers)))
}

/// The URLs that pages name.
pub fn map() -> AssetMap {
    *MAP
}

/// The build of the client inside, which differs where the client does.
pub fn build() -> &'static str {
    MAP.build
}

static MAP: LazyLock<AssetMap> = LazyLock::new(|| AssetMap {
    build: table::BUILD,
    css: url("main.css"),
    boot_js: url("boot.js"),
    icon: url("icon.svg"),
    manifest: url("manifest.webmanifest"),
    islands: table::ISLANDS,
});

/// The URL of a file by its name without the hash. Without a client it leads nowhere.
fn url(name: &str) -> &'static str {
    let path = find(name).map_or("missing", |file| file.path);
    // A handful of names, once per start of the program.
    Box::leak(format!("/assets/{path}").into_boxed_str())
}

fn find(name: &str) -> Option<&'static File> {
    table::FILES
        .iter()
        .find(|file| file.path == name || without_hash(file.path) == Some(name.into()))
}

/// `main.css` for `main.0123456789abcdef.css`; nothing for a name that carries no hash.
fn without_hash(path: &str) -> Option<String> {
    let mut parts = path.splitn(3, '.');
    let (stem, hash, extension) = (parts.next()?, parts.next()?, parts.next()?);
    is_hash(hash).then(|| format!("{stem}.{extension}"))
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// True where a path never leads to anything else: its name carries a hash, or its folder is a build.
fn lasts(path: &str) -> bool {
    without_hash(path).is_some() || path.split_once('/').is_some_and(|(build, _)| is_hash(build))
}

async fn serve(Path(path): Path<String>, headers: HeaderMap) -> Response {
    answer(table::FILES.iter().find(|file| file.path == path), &headers)
}

fn answer(file: Option<&'static File>, request: &HeaderMap) -> Response {
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let encodings = request.get(header::ACCEPT_ENCODING);
    let (encoding, content) = choose(file, encodings.and_then(|value| value.to_str().ok()));
    let tag = format!("\"{}-{}\"", file.tag, encoding.unwrap_or("plain"));
    let mut response = if matches(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(content).into_response()
    };
    let headers = response.headers_mut();
    let caching = if lasts(file.path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file.path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// The smallest variant that the browser accepts.
fn choose(file: &File, accepted: Option<&str>) -> (Option<&'static str>, &'static [u8]) {
    let accepts = |name: &str| accepted.is_some_and(|accepted| accepts(accepted, name));
    match (file.brotli, file.gzip) {
        (Some(brotli), _) if accepts("br") => (Some("br"), brotli),
        (_, Some(gzip)) if accepts("gzip") => (Some("gzip"), gzip),
        _ => (None, file.plain),
    }
}

/// Reads `Accept-Encoding`: named, and not with a weight of zero.
fn accepts(accepted: &str, name: &str) -> bool {
    accepted.split(',').any(|part| {
        let mut parts = part.split(';');
        let named = parts.next().is_some_and(|part| part.trim().eq_ignore_ascii_case(name));
        let refused = parts.any(|part| {
            part.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0)
        });
        named && !refused
    })
}

fn matches(request: &HeaderMap, tag: &str) -> bool {
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| {
        known.split(',').map(str::trim).any(|known| known == "*" || known == tag)
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static FILE: File = File {
        path: "main.0123456789abcdef.css",
        tag: "fedcba9876543210",
        plain: b"plain",
        brotli: Some(b"brotli"),
        gzip: Some(b"gzip"),
    };

    fn ask(headers: &[(header::HeaderName, &str)]) -> Response {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect();
        answer(Some(&FILE), &headers)
    }

    #[test]
    fn the_smallest_accepted_variant_is_sent() {
        let chosen = |accepted| choose(&FILE, accepted).0;
        assert_eq!(chosen(Some("gzip, deflate, br")), Some("br"));
        assert_eq!(chosen(Some("br;q=0, GZIP;q=0.5")), Some("gzip"));
        assert_eq!(chosen(Some("deflate")), None);
        assert_eq!(chosen(None), None);
    }

    #[test]
    fn hashed_files_are_cached_for_good_and_not_sent_twice() {
        let first = ask(&[(header::ACCEPT_ENCODING, "br")]);
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert!(first.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let tag = first.headers()[header::ETAG].to_str().unwrap();
        let again = [(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, tag)];
        assert_eq!(ask(&again).status(), StatusCode::NOT_MODIFIED);
        // Another encoding is another representation.
        let plain = [(header::IF_NONE_MATCH, tag)];
        assert_eq!(ask(&plain).status(), StatusCode::OK);
    }

    #[test]
    fn what_a_build_consists_of_is_cached_for_good() {
        assert!(lasts("0123456789abcdef/client.js"));
        assert!(lasts("0123456789abcdef/snippets/leptos/inline0.js"));
        assert!(lasts("main.0123456789abcdef.css"));
        assert!(!lasts("snippets/leptos/inline0.js"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(answer(None, &HeaderMap::new()).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn only_names_with_a_hash_lose_it() {
        assert_eq!(without_hash("main.0123456789abcdef.css"), Some("main.css".into()));
        assert_eq!(without_hash("main.css"), None);
    }
}
