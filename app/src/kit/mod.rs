//! The pieces that pages and screens are made of, so that the same thing looks and behaves the same
//! everywhere.

mod attribute;
#[cfg(feature = "ssr")]
pub mod chart;
mod dynamic;
mod erased;
#[cfg(feature = "ssr")]
mod field;
pub mod form;
mod icon;
#[cfg(feature = "ssr")]
mod layout;
mod part;
#[cfg(feature = "ssr")]
mod qr;
#[cfg(feature = "ssr")]
mod rail;
#[cfg(feature = "ssr")]
mod stored;
mod tone;
mod words;

pub use attribute::AttributeText;
pub(crate) use attribute::attrs;
pub use dynamic::dynamic;
pub use erased::Erased;
#[cfg(feature = "ssr")]
pub use field::{Field, Fields, area_content, file_summary, form_multipart, form_post, postback};
pub use icon::{Icon, icon};
#[cfg(feature = "ssr")]
pub use layout::{
    actions, back, badge, callout, card, confirm_button, copyable, empty, facts, heading, moment,
    mono, newest_only, pager, search, table, tabs, warning,
};
pub use part::{Badge, Card, Copyable, Day, Fact, Facts, Mono, Steps, Warning};
#[cfg(feature = "ssr")]
pub use qr::qr;
#[cfg(feature = "ssr")]
pub use rail::{RailStep, rail};
#[cfg(feature = "ssr")]
pub use stored::stored_now;
pub use tone::Tone;
pub use words::{lang, t, text};
