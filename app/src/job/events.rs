//! Tells an open page of jobs, as server-sent events, when it no longer shows what is.

use std::{
    convert::Infallible,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
    time::Duration,
};

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use backend::{
    Backend,
    job::{JobState, Listed, list},
};
use domain::{authority::Actor, problem::Problem};
use futures::stream;
use tokio::{sync::watch, time::Instant};

use crate::page::Visit;

/// A connection ends after this long; the browser opens another by itself. So a server that stops
/// does not wait for listeners.
const LONGEST: Duration = Duration::from_secs(20);
/// What moves without a bell here, such as a job of another replica, is seen after this long.
const POLL: Duration = Duration::from_secs(2);

struct Listening {
    backend: Arc<Backend>,
    actor: Actor,
    state: Option<JobState>,
    bell: watch::Receiver<u64>,
    until: Instant,
    told: String,
}

/// Differs as soon as a list of jobs reads differently.
pub fn mark(jobs: &[Listed]) -> String {
    let mut hasher = DefaultHasher::new();
    for job in jobs {
        (job.id.0, job.state.code(), job.running, job.attempts, &job.reason).hash(&mut hasher);
    }
    format!("{:x}", hasher.finish())
}

impl Listening {
    /// Waits for another mark; none when the time is over.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while Instant::now() < self.until {
            self.bell.mark_unchanged();
            let jobs = list(&self.backend, &self.actor, self.state).await.ok()?;
            let now = mark(&jobs);
            if self.told != now {
                self.told.clone_from(&now);
                return Some((Ok(Event::default().data(now)), self));
            }
            let _ = tokio::time::timeout(POLL, self.bell.changed()).await;
        }
        None
    }
}

/// The marks of the list of jobs, for operators.
pub async fn stream(visit: Visit) -> Result<Response, Problem> {
    let state = visit.query("state").and_then(JobState::parse);
    list(visit.backend(), &visit.actor, state).await?;
    let listening = Listening {
        backend: visit.state.backend.clone(),
        actor: visit.actor.clone(),
        state,
        bell: visit.backend().listen(),
        until: Instant::now() + LONGEST,
        told: String::new(),
    };
    let events = stream::unfold(listening, Listening::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
