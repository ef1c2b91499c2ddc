//! What a page may load and run (Content Security Policy).

/// Scripts, styles and frames come from this site only; WASM may run; nobody may frame it. Pages of the
/// router carry a few inline values for their islands, under the nonce of the answer.
pub fn policy(nonce: Option<&str>) -> String {
    let inline = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{inline}; style-src 'self'; \
         img-src 'self' data: blob:; object-src 'self'; frame-src 'self'; frame-ancestors 'self'; \
         base-uri 'none'; form-action 'self'"
    )
}
