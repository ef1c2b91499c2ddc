//! The program as whoever runs it meets it: its commands, how it starts and stops, and what people
//! see while the database or the disk fails under it.

mod astray;
mod backup;
mod browser;
mod commands;
mod conditions;
mod metrics;
mod origin;
mod posts;
mod program;
mod progress;
mod proxy;
mod records;
mod sales;
mod sign_in;
mod stop;
