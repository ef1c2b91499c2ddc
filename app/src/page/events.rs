//! What an open page hears of what it shows, as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use domain::problem::Problem;
use futures::stream;
use tokio::{sync::watch, time::Instant};

use super::Visit;

/// A connection ends after this long; the browser opens another by itself. So a server that stops
/// does not wait for listeners.
const LONGEST: Duration = Duration::from_secs(20);
/// Other replicas ring no bell here: look again after this long.
const POLL: Duration = Duration::from_secs(1);

/// What there is to tell at the moment.
pub struct Told {
    /// The event's data; only what differs from the event before is sent.
    pub data: String,
    /// Whether nothing more will come.
    pub last: bool,
}

struct Listening<L> {
    visit: Visit,
    look: L,
    bell: watch::Receiver<u64>,
    until: Instant,
    told: Option<Told>,
}

impl<L, LF> Listening<L>
where
    L: Fn(Visit) -> LF,
    LF: Future<Output = Result<Told, Problem>>,
{
    /// Waits for the next thing to tell; none when all is told or the time is over.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while Instant::now() < self.until && self.told.as_ref().is_none_or(|told| !told.last) {
            self.bell.mark_unchanged();
            let now = (self.look)(self.visit.clone()).await.ok()?;
            if self.told.as_ref().is_none_or(|told| told.data != now.data) {
                let event = Event::default().data(&now.data);
                self.told = Some(now);
                return Some((Ok(event), self));
            }
            let _ = tokio::time::timeout(POLL, self.bell.changed()).await;
        }
        None
    }
}

/// Tells what `look` sees, now and whenever it changes, to those who may look.
pub async fn events<L, LF>(visit: Visit, look: L) -> Result<Response, Problem>
where
    L: Fn(Visit) -> LF + Send + 'static,
    LF: Future<Output = Result<Told, Problem>> + Send + 'static,
{
    look(visit.clone()).await?;
    let bell = visit.backend().listen();
    let until = Instant::now() + LONGEST;
    let events =
        stream::unfold(Listening { visit, look, bell, until, told: None }, Listening::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
