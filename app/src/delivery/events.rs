//! The progress of a send as server-sent events (Source: ORD-3).

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use backend::{Backend, delivery::Progress};
use domain::{authority::Actor, identity::DeliveryId, lang::Lang, problem::Problem};
use futures::stream;
use tokio::{sync::watch, time::Instant};

use super::islands::Moved;
use crate::page::Visit;

/// A connection ends after this long; the browser opens another by itself. So a server that stops
/// does not wait for listeners.
const LONGEST: Duration = Duration::from_secs(20);
/// Other replicas ring no bell here: look again after this long.
const POLL: Duration = Duration::from_secs(1);

struct Listening {
    backend: Arc<Backend>,
    actor: Actor,
    lang: Lang,
    id: DeliveryId,
    bell: watch::Receiver<u64>,
    until: Instant,
    told: Option<Moved>,
}

/// What an event says about a send.
pub fn moved(progress: &Progress, lang: Lang) -> Moved {
    let state = &progress.delivery.state;
    let label = match progress.done.last() {
        Some((label, ..)) if state.is_open() => label.clone(),
        _ => state.label(),
    };
    Moved {
        percent: progress.percent(),
        label: label.get(lang).to_owned(),
        ended: !state.is_open(),
    }
}

impl Listening {
    /// Waits for the next thing to tell; none when the send has ended or the time is over.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if self.told.as_ref().is_some_and(|told| told.ended) || Instant::now() >= self.until {
                return None;
            }
            self.bell.mark_unchanged();
            let progress =
                backend::delivery::progress(&self.backend, &self.actor, self.id).await.ok()?;
            let now = moved(&progress, self.lang);
            if self.told.as_ref() != Some(&now) {
                self.told = Some(now.clone());
                let event = Event::default().json_data(&now).ok()?;
                return Some((Ok(event), self));
            }
            let _ = tokio::time::timeout(POLL, self.bell.changed()).await;
        }
    }
}

/// The events of one send, for those who may read about it.
pub async fn stream(visit: Visit) -> Result<Response, Problem> {
    let id = visit.param("id")?;
    backend::delivery::progress(visit.backend(), &visit.actor, id).await?;
    let listening = Listening {
        backend: visit.state.backend.clone(),
        actor: visit.actor.clone(),
        lang: visit.lang,
        id,
        bell: visit.backend().listen(),
        until: Instant::now() + LONGEST,
        told: None,
    };
    let events = stream::unfold(listening, Listening::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
