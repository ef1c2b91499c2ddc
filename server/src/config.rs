//! Configuration by file, environment and flags, in rising order.

use std::path::{Path, PathBuf};

use backend::db::Address;
use clap::Args;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use crate::origin;

/// The SQLite database in the data folder.
pub const DATABASE: &str = "fenfa.sqlite";
/// The folder of the stored files in the data folder.
pub const FILES: &str = "files";
/// The key that signs releases, in the data folder.
pub const KEY: &str = "signing.key";

/// The options of every command; each can also stand in the file or the environment.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// A TOML file with these options
    #[arg(long, global = true, env = "FENFA_CONFIG")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// The folder of the SQLite database, the files and the signing key [default: data]
    #[arg(long, global = true, env = "FENFA_DATA")]
    data: Option<PathBuf>,
    /// A PostgreSQL database (postgres://…) instead of SQLite in the data folder
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, global = true, env = "FENFA_HOST")]
    host: Option<String>,
    /// The port to listen on [default: 3210]
    #[arg(long, global = true, env = "FENFA_PORT")]
    port: Option<u16>,
    /// The address under which people reach this site, such as <https://fenfa.example.cn>; without it
    /// pages open on this machine only
    #[arg(long, global = true, env = "FENFA_ORIGIN")]
    origin: Option<String>,
    /// Believe the X-Forwarded-For of the proxy in front
    #[arg(long, global = true, env = "FENFA_TRUST_PROXY")]
    #[serde(default)]
    trust_proxy: bool,
    /// Tell the figures at /metrics to whoever sends this token, instead of to this machine
    #[arg(long, global = true, env = "FENFA_METRICS_TOKEN", hide_env_values = true)]
    metrics_token: Option<String>,
    /// Log as JSON lines
    #[arg(long, global = true, env = "FENFA_LOG_JSON")]
    #[serde(default)]
    log_json: bool,
}

/// The configuration after all sources were read.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// The database.
    pub database: Address,
    /// The address to listen on.
    pub host: String,
    /// The port to listen on; 0 lets the system choose.
    pub port: u16,
    /// The site's origin, when configured.
    pub origin: Option<String>,
    /// Believe the proxy in front.
    pub trust_proxy: bool,
    /// The token that lets its holders ask for the figures, instead of this machine.
    pub metrics_token: Option<String>,
    log_json: bool,
}

impl Options {
    /// Reads the file, if one is named, and fills what neither environment nor flags say.
    pub fn resolve(self) -> Result<Config, String> {
        let file = self.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let data = self.data.or(file.data).unwrap_or_else(|| "data".into());
        let database = match self.database_url.or(file.database_url) {
            Some(url) => Address::Url(url),
            None => Address::File(data.join(DATABASE)),
        };
        let origin = self.origin.or(file.origin).map(|text| origin::parse(&text)).transpose()?;
        Ok(Config {
            data,
            database,
            host: self.host.or(file.host).unwrap_or_else(|| "127.0.0.1".into()),
            port: self.port.or(file.port).unwrap_or(3210),
            origin,
            metrics_token: self.metrics_token.or(file.metrics_token),
            trust_proxy: self.trust_proxy || file.trust_proxy,
            log_json: self.log_json || file.log_json,
        })
    }
}

fn read(path: &Path) -> Result<Options, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

impl Config {
    /// Starts the log; `RUST_LOG` chooses what it holds.
    pub fn start_log(&self) {
        let filter = EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=info"));
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        if self.log_json { log.json().init() } else { log.init() }
    }
}
