//! What people see: pages rendered on the server, islands that come alive in the browser, and the
//! way a posted form takes to its use case.

pub mod account;
pub mod application;
pub mod assets;
#[cfg(feature = "hydrate")]
pub mod browser;
pub mod call;
pub mod delivery;
pub mod design;
#[cfg(feature = "hydrate")]
pub mod enhance;
pub mod handed;
pub mod islands;
pub mod kit;
pub mod live;
pub mod organisation;
pub mod programme;
pub mod project;
pub mod purchase;
pub mod record;

#[cfg(feature = "ssr")]
pub mod agreement;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod file;
#[cfg(feature = "ssr")]
pub mod job;
#[cfg(feature = "ssr")]
pub mod lifecycle;
#[cfg(feature = "ssr")]
pub mod link;
#[cfg(feature = "ssr")]
pub mod notice;
#[cfg(feature = "ssr")]
pub mod order;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod shell;

#[cfg(feature = "ssr")]
pub use routes::router;
#[cfg(feature = "ssr")]
pub mod routes;
