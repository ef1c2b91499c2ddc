//! Files: how large they may be.

/// The largest file anybody may upload, in MiB (Source: PRJ-1).
pub const MEGABYTES: usize = 20;
/// The same in bytes.
pub const MAX_BYTES: usize = MEGABYTES * 1024 * 1024;
