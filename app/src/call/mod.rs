//! The way of a command between a form and its server function, with scripts and without.

#[cfg(feature = "hydrate")]
mod client;
mod echo;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
mod speak;

#[cfg(feature = "hydrate")]
pub use client::{ask, send};
#[cfg(feature = "ssr")]
pub use echo::echoed;
pub use echo::{Echo, Sends, Standing, Target, fresh};
#[cfg(feature = "ssr")]
pub use speak::{asking, cookie, hand, say, visit};
