//! What colours mean.

/// The meaning of a colour; the text always says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Quiet,
    /// Under way.
    Info,
    /// Good.
    Good,
    /// Wants attention.
    Warn,
    /// Went wrong.
    Bad,
}

impl Tone {
    pub(super) fn badge(self) -> &'static str {
        match self {
            Self::Quiet => "badge badge-ghost",
            Self::Info => "badge badge-soft badge-info",
            Self::Good => "badge badge-soft badge-success",
            Self::Warn => "badge badge-soft badge-warning",
            Self::Bad => "badge badge-soft badge-error",
        }
    }
}
