//! The connections that read a SQLite file. The library's own pool asks a connection whether it lives
//! each time it comes back, which for a file is a turn of its thread for nothing, as long as a statement
//! takes; here the one used last is used next, while what it needs is still in the processor's cache.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError},
    time::timeout,
};

/// A bounded number of connections, opened as they are needed.
#[derive(Debug)]
pub struct Readers {
    options: SqliteConnectOptions,
    places: Arc<Semaphore>,
    size: usize,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A connection for one reader; it goes back when it is dropped, unless it was lost. Nothing that was asked of it and given
/// up is in the way of the next: it does one thing after the other.
pub struct Reader {
    /// There until the end.
    connection: Option<SqliteConnection>,
    lost: bool,
    readers: Arc<Readers>,
    _place: OwnedSemaphorePermit,
}

impl Readers {
    /// Opens the first of at most `size`.
    pub async fn open(
        options: SqliteConnectOptions,
        size: usize,
    ) -> Result<Arc<Self>, sqlx::Error> {
        let first = SqliteConnection::connect_with(&options).await?;
        let places = Arc::new(Semaphore::new(size));
        Ok(Arc::new(Self { options, places, size, idle: Mutex::new(vec![first]) }))
    }

    /// A connection, as soon as one is free, if that is within `patience`.
    pub async fn acquire(self: &Arc<Self>, patience: Duration) -> Result<Reader, sqlx::Error> {
        let place = match self.places.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(TryAcquireError::Closed) => return Err(sqlx::Error::PoolClosed),
            Err(TryAcquireError::NoPermits) => {
                let place = timeout(patience, self.places.clone().acquire_owned()).await;
                let place = place.map_err(|_| sqlx::Error::PoolTimedOut)?;
                place.map_err(|_| sqlx::Error::PoolClosed)?
            }
        };
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.options).await?,
        };
        let readers = self.clone();
        Ok(Reader { connection: Some(connection), lost: false, readers, _place: place })
    }

    /// How many connections are open, and how many of those nobody uses just now.
    pub fn count(&self) -> (usize, usize) {
        let idle = self.idle().len();
        let used = self.size.saturating_sub(self.places.available_permits());
        (idle + used, idle)
    }

    /// Ends the idle connections, and the others as they come back.
    pub async fn close(&self) {
        self.places.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        // The list holds nothing half-done.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// Notes what came of a statement: a connection whose thread has crashed serves nobody any more.
    pub fn note<T>(&mut self, outcome: &Result<T, sqlx::Error>) {
        self.lost |= matches!(outcome, Err(sqlx::Error::WorkerCrashed));
    }
}

impl Deref for Reader {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("it is there until the end")
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is there until the end")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if !(self.lost || self.readers.places.is_closed()) {
            self.readers.idle().extend(self.connection.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);
    /// A statement with so many rows that nobody reads all of them.
    const ENDLESS: &str =
        "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";

    async fn readers(size: usize) -> Arc<Readers> {
        Readers::open(SqliteConnectOptions::new().in_memory(true), size).await.unwrap()
    }

    async fn answers(reader: &mut Reader) -> bool {
        let seven = sqlx::query_scalar::<_, i64>("select 7");
        timeout(Duration::from_secs(10), seven.fetch_one(&mut **reader)).await.unwrap().unwrap()
            == 7
    }

    #[tokio::test]
    async fn who_finds_no_connection_waits_for_one_and_not_for_ever() {
        let readers = readers(2).await;
        let (one, _two) =
            (readers.acquire(SOON).await.unwrap(), readers.acquire(SOON).await.unwrap());
        assert_eq!(readers.count(), (2, 0));
        let none = readers.acquire(SOON).await;
        assert!(matches!(none, Err(sqlx::Error::PoolTimedOut)));
        drop(one);
        assert!(answers(&mut readers.acquire(SOON).await.unwrap()).await);
        assert_eq!(readers.count(), (2, 1));
    }

    #[tokio::test]
    async fn what_was_given_up_half_way_is_not_in_the_way() {
        let readers = readers(1).await;
        let mut reader = readers.acquire(SOON).await.unwrap();
        assert!(sqlx::query(ENDLESS).fetch(&mut *reader).next().await.is_some());
        drop(reader);
        let mut reader = readers.acquire(SOON).await.unwrap();
        let given_up = sqlx::query("select sum(i) from (select 1 as i)").execute(&mut *reader);
        let _ = timeout(Duration::ZERO, given_up).await;
        drop(reader);
        assert!(answers(&mut readers.acquire(SOON).await.unwrap()).await);
        assert_eq!(readers.count(), (1, 1), "the same connection serves again");
    }

    #[tokio::test]
    async fn a_connection_whose_thread_has_crashed_is_replaced() {
        let readers = readers(1).await;
        let mut reader = readers.acquire(SOON).await.unwrap();
        reader.note::<()>(&Err(sqlx::Error::RowNotFound));
        drop(reader);
        assert_eq!(readers.count(), (1, 1), "any other outcome is the statement's");
        let mut reader = readers.acquire(SOON).await.unwrap();
        reader.note::<()>(&Err(sqlx::Error::WorkerCrashed));
        drop(reader);
        assert_eq!(readers.count(), (0, 0));
        assert!(answers(&mut readers.acquire(SOON).await.unwrap()).await);
    }

    #[tokio::test]
    async fn nothing_is_read_after_the_end() {
        let readers = readers(2).await;
        let kept = readers.acquire(SOON).await.unwrap();
        readers.close().await;
        assert!(matches!(readers.acquire(SOON).await, Err(sqlx::Error::PoolClosed)));
        drop(kept);
        assert_eq!(readers.count().1, 0);
    }
}
