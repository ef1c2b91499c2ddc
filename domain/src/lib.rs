//! What the business is: types, rules and state machines of Fenfa. Pure: no I/O, no clock, no
//! randomness. Compiles natively for the server and to WASM for the browser.

pub mod account;
pub mod agreement;
pub mod application;
pub mod audit;
pub mod authority;
pub mod calendar;
#[cfg(feature = "server-fn")]
pub mod call;
pub mod codes;
pub mod command;
pub mod decimal;
pub mod delivery;
pub mod design;
pub mod file;
pub mod identity;
pub mod json;
pub mod lang;
pub mod lifecycle;
pub mod link;
pub mod money;
pub mod number;
pub mod order;
pub mod organisation;
pub mod problem;
pub mod programme;
pub mod project;
pub mod purchase;
pub mod record;
pub mod step;
pub mod time;
pub mod when;
pub mod yida;
