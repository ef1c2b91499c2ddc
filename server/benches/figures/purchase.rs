//! The purchase page under load, and purchases under load: none lost, none doubled.

use std::time::Instant;

use backend::args;
use domain::identity::OrganisationId;

use crate::{
    Measured, RUNS,
    load::{CONNECTIONS, Connection, Server, rate},
    median,
    stage::Stage,
};

/// Purchases by each connection.
const PURCHASES: usize = 20;

async fn serve(stage: &Stage) -> Measured<Server> {
    let program = std::env::var("FENFA_BIN").map_err(|_| "FENFA_BIN names the program")?;
    let data = stage.folder.path().display().to_string();
    Server::start(&program, &["serve", "--demo", "--port", "0", "--data", &data]).await
}

/// What the signed-in confirm page costs.
pub struct PageCost {
    /// Its requests per second, as a share of a bare axum handler's.
    pub share: f64,
    /// Processor time for each request, in microseconds.
    pub cpu: f64,
}

/// Loads the confirm page and the bare handler in turns, as many rounds as there are runs.
pub async fn page() -> Measured<PageCost> {
    let stage = Stage::new().await?;
    let token = stage.link(stage.app().await?).await?;
    let server = serve(&stage).await?;
    let myself = std::env::current_exe()?.display().to_string();
    let bare = Server::start(&myself, &["bare"]).await?;
    let page = format!(
        "GET /l/{token}/confirm HTTP/1.1\r\nhost: {}\r\ncookie: fenfa_session={}\r\n\r\n",
        server.address, stage.buyer_token
    );
    let plain = format!("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", bare.address);
    let (mut shares, mut costs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = server.cpu()?;
        let of_page = rate(&server.address, &page).await?;
        costs.push(server.cpu()?.saturating_sub(before).as_secs_f64() * 1e6 / of_page.requests);
        let of_bare = rate(&bare.address, &plain).await?;
        let (pages, plains) = (of_page.per_second(), of_bare.per_second());
        eprintln!("purchase page {pages:.0}/s, bare axum {plains:.0}/s");
        shares.push(pages / plains);
    }
    Ok(PageCost { share: median(shares), cpu: median(costs) })
}

/// The 99th percentile of a purchase in milliseconds, each of its own link.
pub async fn p99() -> Measured<f64> {
    let mut values = Vec::new();
    for _ in 0..RUNS {
        values.push(purchases().await?);
    }
    Ok(median(values))
}

async fn purchases() -> Measured<f64> {
    let stage = Stage::new().await?;
    let app = stage.app().await?;
    let mut tokens = Vec::new();
    for _ in 0..CONNECTIONS * PURCHASES {
        tokens.push(stage.link(app).await?);
    }
    let before = orders(&stage).await?;
    let server = serve(&stage).await?;
    let mut tasks = Vec::new();
    for tokens in tokens.chunks(PURCHASES).map(<[String]>::to_vec) {
        let (address, session) = (server.address.clone(), stage.buyer_token.clone());
        let customer = stage.buyer.membership()?.organisation;
        tasks.push(tokio::spawn(async move { buy(&address, &session, customer, tokens).await }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let made = orders(&stage).await? - before;
    if made != i64::try_from(tokens.len())? {
        return Err(format!("{} purchases made {made} orders", tokens.len()).into());
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() * 99 / 100])
}

async fn buy(
    address: &str,
    session: &str,
    customer: OrganisationId,
    tokens: Vec<String>,
) -> Measured<Vec<f64>> {
    let mut connection = Connection::open(address).await?;
    let mut times = Vec::new();
    for token in tokens {
        let key = uuid::Uuid::new_v4();
        let body = format!(
            "_fn=/api/purchase/buy&_done=/l/{token}/done&posting[key]={key}\
             &posting[organisation]={customer}&command[token]={token}"
        );
        let request = format!(
            "POST /l/{token}/confirm HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             cookie: fenfa_session={session}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let started = Instant::now();
        let status = connection.send(request.as_bytes()).await?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        if status != 303 {
            return Err(format!("a purchase was answered with {status}").into());
        }
    }
    Ok(times)
}

async fn orders(stage: &Stage) -> Measured<i64> {
    let row = stage
        .backend
        .read()
        .await?
        .one("select count(*) as count from purchase_order", args![])
        .await?;
    Ok(row.ok_or("no count")?.get("count")?)
}
