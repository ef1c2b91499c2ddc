//! What the business is: types, rules and state machines of Fenfa. Pure: no I/O, no clock, no
//! randomness. Compiles natively for the server and to WASM for the browser.

pub mod calendar;
pub mod identity;
pub mod lang;
pub mod money;
pub mod problem;
pub mod time;
