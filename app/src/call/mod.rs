//! The way of a command between a form and its server function, with scripts and without.

mod client;
mod echo;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
mod speak;

pub use client::Caller;
#[cfg(feature = "hydrate")]
pub use client::send;
#[cfg(feature = "ssr")]
pub use echo::echoed;
pub use echo::{Echo, Sends, Target, fresh};
#[cfg(feature = "ssr")]
pub use speak::{asking, cookie, hand, say, visit};
