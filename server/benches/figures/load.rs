//! A bounded load over HTTP/1.1 from this process to a server on this machine, and the bare axum
//! handler that shares are taken against.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

use crate::Measured;

/// Connections of every load.
pub const CONNECTIONS: usize = 32;

/// A server in a process of its own; it ends with this value.
pub struct Server {
    child: Child,
    /// Where it listens: `127.0.0.1:PORT`.
    pub address: String,
}

impl Server {
    /// Starts a program that prints its `http://` address first.
    pub async fn start(program: &str, arguments: &[&str]) -> Measured<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut lines = BufReader::new(output).lines();
        let first = lines.next_line().await?.ok_or("the server said nothing")?;
        let address =
            first.split("http://").nth(1).ok_or("the server named no address")?.to_owned();
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, address })
    }

    /// The processor time that the process has used, to the hundredth of a second that Linux counts in.
    pub fn cpu(&self) -> Measured<Duration> {
        let id = self.child.id().ok_or("the server has ended")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // The name in parentheses may hold anything; user and system time are the 12th and 13th after it.
        let (_, rest) = stat.rsplit_once(')').ok_or("no name")?;
        let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        let ticks = ticks.sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 10))
    }
}

/// The bare handler: a short text.
pub async fn serve_bare() -> Measured<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("bare axum serves http://{}", listener.local_addr()?);
    let router = axum::Router::new().route("/", axum::routing::get(async || "ok"));
    axum::serve(listener, router).await?;
    Ok(())
}

/// A connection that is kept and used for one request after the other.
pub struct Connection {
    stream: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: &str) -> Measured<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), line: String::new(), body: Vec::new() })
    }

    /// Sends a request and reads the whole answer; gives its status.
    pub async fn send(&mut self, request: &[u8]) -> Measured<u16> {
        self.stream.write_all(request).await?;
        self.line.clear();
        self.stream.read_line(&mut self.line).await?;
        let status = self.line.split(' ').nth(1).ok_or("no status")?.parse()?;
        let mut length = 0;
        loop {
            self.line.clear();
            self.stream.read_line(&mut self.line).await?;
            let header = self.line.trim();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).await?;
        Ok(status)
    }
}

/// What a server has answered, and how long that took.
pub struct Rate {
    /// How many requests.
    pub requests: f64,
    time: Duration,
}

impl Rate {
    /// Requests per second.
    pub fn per_second(&self) -> f64 {
        self.requests / self.time.as_secs_f64()
    }
}

/// The same request over all connections, for a second and a half.
pub async fn rate(address: &str, request: &str) -> Measured<Rate> {
    const LENGTH: Duration = Duration::from_millis(1500);
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (address, request) = (address.to_owned(), request.to_owned());
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(&address).await?;
            let mut count = 0_u32;
            while started.elapsed() < LENGTH {
                let status = connection.send(request.as_bytes()).await?;
                if status != 200 {
                    return Err(format!("answered {status}").into());
                }
                count += 1;
            }
            Measured::Ok(count)
        }));
    }
    let mut requests = 0.0;
    for task in tasks {
        requests += f64::from(task.await??);
    }
    Ok(Rate { requests, time: started.elapsed() })
}
