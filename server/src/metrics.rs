//! Figures for Prometheus: requests by route and status with their durations, jobs and sends by
//! state, connections to the database.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::Backend;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

/// The upper bounds of the durations counted, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// How long the database may take to say how many jobs and sends there are.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    /// The route, such as `/apps/{id}`, never the path itself.
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: String,
}

fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

/// The figures of this process.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Asked, Histogram, fn() -> Histogram>,
    jobs: Family<InState, Gauge>,
    sends: Family<InState, Gauge>,
    connections: Family<InState, Gauge>,
    database: Gauge,
    backend: Arc<Backend>,
    /// With this, figures are told to other machines than this one.
    token: Option<Arc<str>>,
}

impl Metrics {
    /// Counts from zero.
    pub fn new(backend: Arc<Backend>, token: Option<&str>) -> Self {
        let metrics = Self {
            registry: Arc::default(),
            requests: Family::new_with_constructor(histogram as fn() -> Histogram),
            jobs: Family::default(),
            sends: Family::default(),
            connections: Family::default(),
            database: Gauge::default(),
            backend,
            token: token.map(Arc::from),
        };
        let mut registry = Registry::with_prefix("fenfa");
        let request = "Durations of requests by route and status, in seconds";
        registry.register("http_request_duration_seconds", request, metrics.requests.clone());
        registry.register("jobs", "Background jobs by state", metrics.jobs.clone());
        registry.register("deliveries", "Sends by state", metrics.sends.clone());
        let connections = "Connections to the database by state";
        registry.register("database_connections", connections, metrics.connections.clone());
        let up = "1 while the database answers";
        registry.register("database_up", up, metrics.database.clone());
        Self { registry: Arc::new(registry), ..metrics }
    }

    /// Asks the database for what stands there; without an answer what was told before goes.
    async fn look(&self) {
        let (open, idle) = self.backend.db.connections();
        set(&self.connections, [("open".to_owned(), open), ("idle".to_owned(), idle)]);
        let counts = tokio::time::timeout(PATIENCE, backend::job::counts(&self.backend));
        let counts = counts.await.ok().and_then(Result::ok);
        self.database.set(i64::from(counts.is_some()));
        let (jobs, sends) = counts.unwrap_or_default();
        set(&self.jobs, jobs);
        set(&self.sends, sends);
    }

    /// Who knows the token may ask; without one, this machine. What a proxy passes on comes from
    /// elsewhere.
    fn may_ask(&self, address: SocketAddr, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = given.and_then(|value| value.strip_prefix("Bearer "));
        // Digests take equally long to compare, however much of the token is right.
        let digest = |token: &str| Sha256::digest(token);
        if let Some(known) = self.token.as_deref() {
            return token.is_some_and(|token| digest(token) == digest(known));
        }
        let passed_on =
            ["x-forwarded-for", "forwarded"].iter().any(|name| headers.contains_key(*name));
        address.ip().is_loopback() && !passed_on
    }
}

fn set(family: &Family<InState, Gauge>, values: impl IntoIterator<Item = (String, i64)>) {
    family.clear();
    for (state, value) in values {
        family.get_or_create(&InState { state }).set(value);
    }
}

/// Counts a request and its duration.
pub async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    // Made-up methods and what leads nowhere count as one, so that strangers cannot make up series.
    let method = match *request.method() {
        Method::GET | Method::HEAD | Method::POST => request.method().as_str(),
        _ => "other",
    };
    let method = method.to_owned();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let asked = Asked { method, route, status: response.status().as_u16() };
    metrics.requests.get_or_create(&asked).observe(started.elapsed().as_secs_f64());
    response
}

/// Tells the figures.
pub async fn tell(
    State(metrics): State<Metrics>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !metrics.may_ask(address, &headers) {
        let text =
            "figures are told to this machine, and to others with the token of --metrics-token\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    metrics.look().await;
    let mut text = String::new();
    if encode(&mut text, &metrics.registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
