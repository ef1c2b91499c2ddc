//! What happens: use cases, storage, background work. A use case authorises, loads, asks the domain
//! for the transition, saves, records and notifies in one unit of work.

pub mod account;
pub mod agreement;
pub mod application;
pub mod audit;
pub mod calendar;
pub mod chance;
pub mod clock;
pub mod command;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod file;
pub mod job;
pub mod lifecycle;
pub mod link;
pub mod maintenance;
pub mod notice;
pub mod order;
pub mod organisation;
pub mod page;
pub mod problem;
pub mod programme;
pub mod project;
pub mod purchase;
pub mod record;
pub mod setting;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::{
    identity::{ReleaseId, Series},
    problem::Problem,
    time::{Timestamp, Zone},
};
use quick_cache::sync::Cache;
use tokio::sync::watch;
use uuid::Uuid;

use application::{release::PageSummary, signing::InstallationKey};
use chance::Chance;
use clock::Clock;
use db::{Db, StorageError, Tx};
use file::Files;

/// Everything a use case needs: storage, files, time, chance, and the bells that wake waiting parts.
pub struct Backend {
    /// The database.
    pub db: Db,
    /// Stored files.
    pub files: Files,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    /// Rings when background work was added or moved on; waiting streams and workers listen.
    bell: watch::Sender<u64>,
    key: Option<InstallationKey>,
    /// Whether the demo was asked for, so that its accounts count.
    demo: AtomicBool,
    /// The pages of releases lately looked at.
    release_pages: Arc<Cache<ReleaseId, Arc<[PageSummary]>>>,
}

/// How many releases' pages are remembered.
const REMEMBERED_RELEASES: usize = 128;

impl Backend {
    /// Puts the parts together; the database is migrated already.
    pub fn new(db: Db, files: Files, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self {
            db,
            files,
            clock,
            chance,
            bell: watch::Sender::new(0),
            key: None,
            demo: AtomicBool::new(false),
            release_pages: Arc::new(Cache::new(REMEMBERED_RELEASES)),
        }
    }

    /// The same, able to sign releases.
    #[must_use]
    pub fn with_key(mut self, key: InstallationKey) -> Self {
        self.key = Some(key);
        self
    }

    /// The same storage with another clock, to tell what happened before.
    #[must_use]
    pub fn at(&self, clock: Arc<dyn Clock>) -> Self {
        Self {
            db: self.db.clone(),
            files: self.files.clone(),
            clock,
            chance: self.chance.clone(),
            bell: watch::Sender::new(0),
            key: self.key.clone(),
            demo: AtomicBool::new(self.shows_demo()),
            release_pages: self.release_pages.clone(),
        }
    }

    /// The key that signs releases, where this program was given one.
    pub fn key(&self) -> Option<&InstallationKey> {
        self.key.as_ref()
    }

    /// Whether this program shows the demo. Everybody knows the password of the demo's accounts, so
    /// these count only while it does.
    pub fn shows_demo(&self) -> bool {
        self.demo.load(Ordering::Relaxed)
    }

    fn show_demo(&self) {
        self.demo.store(true, Ordering::Relaxed);
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id: UUIDv7, so that ids sort by the time they were made.
    pub fn id<T: From<Uuid>>(&self) -> T {
        let millis = u64::try_from(self.now().0 / 1000).unwrap_or(0);
        let mut random = [0; 10];
        self.chance.fill(&mut random);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// A secret of 32 random bytes, as URL-safe text of 43 characters.
    pub fn secret(&self) -> String {
        use base64::Engine as _;
        let mut bytes = [0; 32];
        self.chance.fill(&mut bytes);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Random bytes.
    pub fn random(&self, bytes: &mut [u8]) {
        self.chance.fill(bytes);
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        self.db.read().await
    }

    /// A unit of work.
    pub async fn begin(&self) -> Result<Tx, StorageError> {
        self.db.begin().await
    }

    /// Tells waiting streams and workers that something moved.
    pub fn ring(&self) {
        self.bell.send_modify(|count| *count += 1);
    }

    /// Hears every [`Backend::ring`] in this process; across replicas, also poll.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// The next number people see, such as `XM20261122-0001`, counted per day in `zone`.
    pub async fn number(
        &self,
        tx: &mut Tx,
        series: Series,
        zone: &Zone,
    ) -> Result<String, Problem> {
        let day = zone.date(self.now()).compact();
        let row = tx
            .one(
                sql!(
                    "insert into number_series (series, day, value) values ($1, $2, 1) \
                     on conflict (series, day) do update set value = number_series.value + 1 \
                     returning value"
                ),
                args![series.prefix(), &day],
            )
            .await?;
        let count = row.map_or(Ok(1), |row| row.get::<i64>("value"))?;
        Ok(series.number(&day, count))
    }
}
