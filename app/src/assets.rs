//! Where the browser finds the client's files. The server that embeds them knows; pages name them.

/// The URLs of the client's files, each with a hash of its content in the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AssetMap {
    /// What tells this build of the client from others.
    pub build: &'static str,
    /// The style sheet.
    pub css: &'static str,
    /// The module that makes islands and forms live; loads the two below.
    pub boot_js: &'static str,
    /// The client's JavaScript, for `<link rel="modulepreload">`.
    pub client_js: &'static str,
    /// The client's WASM, for `<link rel="preload" as="fetch" crossorigin>`.
    pub client_wasm: &'static str,
    /// The icon (SVG).
    pub icon: &'static str,
    /// The web manifest.
    pub manifest: &'static str,
}
