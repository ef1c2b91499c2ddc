//! Time as a parameter: the system's clock in service, a hand-moved one in tests.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::time::Timestamp;

/// Tells the present moment.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The clock of the operating system.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// Stands at `at`.
    pub fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves on by `micros`.
    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        // Moves a microsecond at each reading, so that things made in turn stay in turn.
        Timestamp(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// The time zone `name` (IANA) with its offsets from 2000 to 2060, for the domain and the browser.
pub fn zone(name: &str) -> Option<domain::time::Zone> {
    let zone = jiff::tz::TimeZone::get(name).ok()?;
    let start = jiff::Timestamp::from_second(946_684_800).ok()?;
    let end = 2_840_140_800;
    let mut offsets = vec![(Timestamp(i64::MIN), zone.to_offset(start).seconds())];
    offsets.extend(
        zone.following(start)
            .take_while(|transition| transition.timestamp().as_second() < end)
            .map(|transition| {
                (Timestamp(transition.timestamp().as_microsecond()), transition.offset().seconds())
            }),
    );
    Some(domain::time::Zone { name: name.to_owned(), offsets })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all3_zones_know_their_summer_time() {
        let berlin = zone("Europe/Berlin").expect("a zone of the database");
        let july = Timestamp(1_784_000_000_000_000);
        let january = Timestamp(1_768_500_000_000_000);
        assert_eq!((berlin.offset(july), berlin.offset(january)), (7200, 3600));
        assert_eq!(zone("Asia/Shanghai").map(|zone| zone.offset(july)), Some(28800));
        assert!(zone("Mars/Olympus").is_none());
    }
}
