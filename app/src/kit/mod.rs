//! The pieces that pages are made of, so that the same thing looks and behaves the same everywhere.

pub mod chart;
mod field;
mod icon;
mod layout;
mod qr;
mod rail;
mod stored;

pub use field::{Field, Fields, area_content, file_summary, form_multipart, form_post, postback};
pub use icon::{Icon, icon};
pub use layout::{
    Tone, actions, back, badge, callout, card, confirm_button, copyable, empty, facts, heading,
    moment, mono, newest_only, pager, search, table, tabs, warning,
};
pub use qr::qr;
pub use rail::{RailStep, rail};
pub use stored::stored_now;
