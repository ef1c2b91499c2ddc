//! All that differs between SQLite and PostgreSQL.

use std::{borrow::Cow, fmt::Write as _};

use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use super::{Db, StorageError, Tx};

/// The migrations, oldest first: version, name, text.
const MIGRATIONS: [(i64, &str, &str); 7] = [
    (1, "core", include_str!("../../migrations/0001_core.sql")),
    (2, "serial carried", include_str!("../../migrations/0002_serial_carried.sql")),
    (3, "whole text", include_str!("../../migrations/0003_whole_text.sql")),
    (4, "audit head", include_str!("../../migrations/0004_audit_head.sql")),
    (5, "visits end", include_str!("../../migrations/0005_visits_end.sql")),
    (6, "seen text", include_str!("../../migrations/0006_seen_text.sql")),
    (7, "command key", include_str!("../../migrations/0007_command_key.sql")),
];

/// The codes under which the engines say that there is no space left: SQLite's database full, write
/// error and shared memory error; PostgreSQL's disk full.
pub const FULL: [&str; 4] = ["13", "778", "4874", "53100"];

/// The migrations in the words of this engine.
pub fn migrator(db: &Db) -> Migrator {
    let binary_text = match db {
        Db::Sqlite { .. } => "text",
        Db::Postgres(_) => "text collate \"C\"",
    };
    let migrations = MIGRATIONS.map(|(version, name, text)| {
        Migration::new(
            version,
            Cow::Borrowed(name),
            MigrationType::Simple,
            AssertSqlSafe(text.replace(" BINARY_TEXT ", &format!(" {binary_text} ")))
                .into_sql_str(),
            false,
        )
    });
    Migrator { migrations: Cow::Owned(migrations.into()), ..Migrator::DEFAULT }
}

/// A row where the table of migrations exists.
pub fn has_migrations(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => {
            "select name from sqlite_master where type = 'table' and name = '_sqlx_migrations'"
        }
        Db::Postgres(_) => {
            "select table_name as name from information_schema.tables \
             where table_schema = current_schema() and table_name = '_sqlx_migrations'"
        }
    }
}

/// `head values ($1, $2), ($3, $4) … tail` for `rows` rows of `width` values.
pub fn values(head: &str, width: usize, rows: usize, tail: &str) -> String {
    let mut sql = format!("{head} values ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}${}", row * width + column + 1);
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

/// The next job that is due, held for this unit of work. On PostgreSQL workers pass each other.
pub const fn claim(postgres: bool) -> &'static str {
    const SQLITE: &str = "select id from job where state = 'waiting' and run_at <= $1 \
         and lease_until <= $2 order by run_at, id limit 1";
    const POSTGRES: &str = "select id from job where state = 'waiting' and run_at <= $1 \
         and lease_until <= $2 order by run_at, id limit 1 for update skip locked";
    if postgres { POSTGRES } else { SQLITE }
}

impl Tx {
    /// Waits until no other unit of work stands in line for the same `number`, and stands in it until
    /// its own end. On SQLite, which has one writer, all stand in one line.
    pub async fn stand_in_line(&mut self, number: i64) -> Result<(), StorageError> {
        if self.is_postgres() {
            self.run("select pg_advisory_xact_lock($1)", crate::args![number]).await?;
        }
        Ok(())
    }

    /// The id of the next due job, with its row held.
    pub async fn claim_job(&mut self, now: i64) -> Result<Option<String>, StorageError> {
        let row = self.one(claim(self.is_postgres()), crate::args![now, now]).await?;
        row.map(|row| row.get::<String>("id")).transpose().map_err(StorageError::from)
    }
}
