//! Purchase through a link, for a customer on a phone: one screen from the offer to the order, and a
//! plain page for each refusal (Source: PUR-1 to PUR-3).

pub mod api;
mod offer;
mod organisation;
#[cfg(feature = "ssr")]
mod page;
mod screen;
mod steps;

#[cfg(feature = "ssr")]
pub use page::PurchasePage;
pub use screen::PurchaseScreen;
