//! Serves the site: pages, assets, health, and the layers around them.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use app::page::AppState;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::get,
};
use backend::{Backend, job::Worker};
use http::{HeaderName, HeaderValue, header};
use tokio::{net::TcpListener, sync::watch};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    map_request_body::MapRequestBodyLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::RequestBodyTimeoutLayer,
    trace::TraceLayer,
};

use crate::{
    assets,
    cli::{Outcome, Serve, open},
    config::Config,
    metrics::{self, Metrics},
    origin, turned_away,
};

/// Tells the client which build of it belongs to the answer.
const BUILD: HeaderName = HeaderName::from_static("x-fenfa-build");

/// How long visitors have to finish when the program is told to stop; streams of events end by
/// themselves before.
const FAREWELL: Duration = Duration::from_secs(25);
/// How long after the start, and after each other, contents are swept.
const SWEEP: Duration = Duration::from_hours(4);
/// A body of which nothing comes for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// Opens storage, loads the demo when asked, and serves until told to stop.
pub async fn run(config: &Config, options: &Serve) -> Outcome {
    let backend = open(config).await?;
    let demo = backend::demo::prepare(&backend, options.demo).await?;
    let place = (config.host.as_str(), config.port);
    let listener = TcpListener::bind(place)
        .await
        .map_err(|error| format!("cannot listen on {}:{}: {error}", place.0, place.1))?;
    let address = listener.local_addr()?;
    let state = AppState {
        backend: backend.clone(),
        assets: assets::map(),
        origin: config.origin.clone(),
        secure: config.origin.as_deref().is_some_and(|origin| origin.starts_with("https://")),
        demo,
        trust_proxy: config.trust_proxy,
    };
    if config.origin.is_none() && !address.ip().is_loopback() {
        tracing::warn!("pages open on this machine only until --origin names the site's address");
    }
    // Whoever reads the address may already tell the program to stop.
    let stop = stop()?;
    announce(&backend, address, demo).await?;
    let metrics = Metrics::new(backend.clone(), config.metrics_token.as_deref());
    let service = router(state, metrics)?.into_make_service_with_connect_info::<SocketAddr>();
    let (halt, halted) = watch::channel(false);
    // The worker hands back what it holds, so that the next process goes on at once.
    let worker = tokio::spawn(Worker::new(backend.clone(), halted.clone()).run());
    let sweeper = tokio::spawn(sweep(backend.clone()));
    let stopping = async move {
        stop.await;
        let _ = halt.send(true);
    };
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(stopping) => served?,
        () = overdue(halted) => tracing::warn!("some visitors did not finish; stopping without them"),
    }
    sweeper.abort();
    worker.await?;
    backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits until visitors have had their time to finish after the program was told to stop.
async fn overdue(mut halted: watch::Receiver<bool>) {
    let _ = halted.wait_for(|halted| *halted).await;
    tokio::time::sleep(FAREWELL).await;
}

/// Removes what no file names any more and what commands need no more, a while after the start and then some times a day.
async fn sweep(backend: Arc<Backend>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        match backend::file::sweep(&backend, backend::file::UNNAMED).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "contents that no file names are gone"),
            Err(problem) => tracing::warn!(%problem, "contents were not swept"),
        }
        if let Err(problem) = backend::command::forget_old(&backend).await {
            tracing::warn!(%problem, "the keys of old commands were not forgotten");
        }
    }
}

/// Says where the site is and, in the demo, as whom one may sign in.
async fn announce(
    backend: &Backend,
    address: SocketAddr,
    demo: bool,
) -> Result<(), domain::problem::Problem> {
    println!("Fenfa serves http://{address}");
    if demo {
        println!("Demo accounts (password {}):", backend::account::DEMO_PASSWORD);
        for account in backend::account::demo_accounts(backend).await? {
            println!("  {:<28} {} – {}", account.login, account.name, account.role.zh);
        }
    }
    Ok(())
}

/// Everything that answers.
pub fn router(
    state: AppState,
    metrics: Metrics,
) -> Result<Router, Box<dyn std::error::Error + Send + Sync>> {
    let mut csrf = CsrfLayer::new().with_rejection_response(|_| turned_away::foreign_form());
    if let Some(origin) = &state.origin {
        csrf = csrf.add_trusted_origin(origin)?;
    }
    let (secure, named) = (state.secure, state.origin.is_some());
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let health = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .with_state(state.backend.clone())
        .route("/metrics", get(metrics::tell))
        .with_state(metrics.clone());
    // Pages that carry inline values bring their own.
    let policy = HeaderValue::from_str(&app::page::policy(None))?;
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(set(BUILD, assets::build()))
        .layer(CompressionLayer::new())
        .layer(from_fn(turned_away::tell))
        .layer(CatchPanicLayer::custom(turned_away::failure))
        .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "same-origin"))
        // Only where the site is known to be behind TLS: browsers hold on to this for a year.
        .option_layer(secure.then(|| set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")))
        .layer(csrf)
        .layer(RequestBodyTimeoutLayer::new(SILENCE))
        .layer(MapRequestBodyLayer::new(Body::new));
    let mut pages = app::router(state);
    if !named {
        pages = pages.layer(from_fn(origin::this_machine_only));
    }
    let all = pages.merge(health).merge(assets::router());
    Ok(all.layer(layers).layer(from_fn_with_state(metrics, metrics::count)))
}

/// Ready when the database answers.
async fn ready(State(backend): State<Arc<Backend>>) -> impl IntoResponse {
    let answer = tokio::time::timeout(Duration::from_secs(2), backend::account::is_empty(&backend));
    match answer.await {
        Ok(Ok(_)) => (StatusCode::OK, "ready"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

/// Waits for Ctrl-C or a request to terminate, from now on.
#[cfg(unix)]
fn stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
