//! Background work: a small queue in the same database. A job is added in the unit of work that
//! causes it, claimed with a lease and a fencing number, and carried on by whoever claims it next
//! (Source: ORD-3, architecture, "Background work").

use std::{sync::Arc, time::Duration};

use domain::{
    authority::{Actor, UseCase},
    codes,
    delivery::Stage,
    identity::JobId,
    lang::Text,
    problem::{Kind, Problem},
    time::Timestamp,
};
use serde_json::json;
use tokio::sync::watch;

use crate::{
    Backend, args, audit,
    db::{Row, Tx},
    delivery, page,
    problem::missing,
    record, sql,
};

/// How long a claim holds without being renewed.
pub const LEASE: i64 = 30 * Timestamp::SECOND;
/// The same, as this process measures it.
const CLAIMED: Duration = Duration::from_secs(30);
/// How long to wait before noting once more how work ended.
const AGAIN: Duration = Duration::from_secs(1);
/// How often a claim is renewed meanwhile.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How often a worker looks for work that no bell announced: that of other replicas.
const POLL: Duration = Duration::from_secs(2);
/// After so many failures in a row without progress a job stops and waits for people.
pub const ATTEMPTS: i64 = 5;

codes! {
    /// Where a job stands.
    JobState {
        /// To be done, or being done.
        Waiting = "waiting", "等待或进行中", "Waiting or running";
        /// Done.
        Done = "done", "已完成", "Done";
        /// Stopped after failing again and again; people can retry it.
        Failed = "failed", "失败", "Failed";
    }
}

/// A job that this worker holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done: `delivery`, `record_index`.
    pub kind: String,
    /// With what: the delivery's id, the app's.
    pub subject: String,
    /// Rises with each claim; work under an older number is refused.
    pub fence: i64,
    /// Failures since the last progress, this attempt included.
    pub attempts: i64,
}

/// Why work on a job ended before the job did.
#[derive(Debug)]
pub enum Interruption {
    /// The work was refused, or failed inside.
    Problem(Problem),
    /// Somebody else holds the job by now.
    Lost,
    /// The program is stopping; the job is handed back.
    Stopping,
    /// A test pretends that the process died.
    Killed,
}

impl From<Problem> for Interruption {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<crate::db::StorageError> for Interruption {
    fn from(error: crate::db::StorageError) -> Self {
        Self::Problem(error.into())
    }
}

/// What a test lets happen at a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Go,
    /// The stage fails inside.
    Fail,
    /// The process dies before the stage.
    DieBefore,
    /// The process dies after the stage's work and before its commit.
    DieInside,
    /// The process dies right after the commit.
    DieAfter,
    /// The stage is run twice.
    Twice,
}

/// Where tests interfere; in service nothing does.
pub trait Faults: Send + Sync {
    /// What happens at this stage.
    fn at(&self, stage: Stage) -> Fate;
}

/// No interference.
#[derive(Debug, Default)]
pub struct NoFaults;

impl Faults for NoFaults {
    fn at(&self, _stage: Stage) -> Fate {
        Fate::Go
    }
}

/// Adds a job within the unit of work that causes it.
pub async fn add(
    backend: &Backend,
    tx: &mut Tx,
    kind: &str,
    subject: impl ToString,
) -> Result<JobId, Problem> {
    let id: JobId = backend.id();
    let now = backend.now();
    tx.run(
        sql!(
            "insert into job (id, kind, subject, state, run_at, lease_until, fence, attempts, \
             reason, created_at) values ($1, $2, $3, 'waiting', $4, 0, 0, 0, '', $4)"
        ),
        args![id, kind, subject.to_string(), now],
    )
    .await?;
    Ok(id)
}

/// Claims the next due job.
async fn claim(backend: &Backend) -> Result<Option<Job>, Problem> {
    let now = backend.now();
    let mut look = backend.read().await?;
    // A look without holding anything, so that idle workers do not take the one writer of SQLite.
    let due = look
        .one(
            sql!("select id from job where state = 'waiting' and run_at <= $1 and lease_until <= $2 limit 1"),
            args![now, now],
        )
        .await?;
    drop(look);
    if due.is_none() {
        return Ok(None);
    }
    let mut tx = backend.begin().await?;
    let Some(id) = tx.claim_job(now.0).await? else { return Ok(None) };
    let row = tx
        .one(
            sql!(
                "update job set lease_until = $1, fence = fence + 1, attempts = attempts + 1 \
                 where id = $2 returning *"
            ),
            args![now.plus(LEASE), id],
        )
        .await?;
    tx.commit().await?;
    let job = row.map(|row| held(&row)).transpose()?;
    Ok(job)
}

fn held(row: &Row) -> Result<Job, Problem> {
    Ok(Job {
        id: row.get("id")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        fence: row.get("fence")?,
        attempts: row.get("attempts")?,
    })
}

/// Makes sure, in a unit of work of the job, that the job is still held: nothing that a worker
/// does after losing its lease reaches the database. Renews the lease.
pub async fn guard(backend: &Backend, tx: &mut Tx, job: &Job) -> Result<(), Interruption> {
    let touched = tx
        .run(
            sql!(
                "update job set lease_until = $1 where id = $2 and fence = $3 and state = 'waiting'"
            ),
            args![backend.now().plus(LEASE), job.id, job.fence],
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Interruption::Lost) }
}

/// Notes progress: failures before it no longer count.
pub async fn progress(tx: &mut Tx, job: &Job) -> Result<(), Problem> {
    tx.run(sql!("update job set attempts = 0 where id = $1"), args![job.id]).await?;
    Ok(())
}

/// Ends a job within its last unit of work.
pub async fn finish(tx: &mut Tx, job: &Job, state: JobState, reason: &str) -> Result<(), Problem> {
    tx.run(
        sql!("update job set state = $1, reason = $2, lease_until = 0 where id = $3"),
        args![state.code(), reason, job.id],
    )
    .await?;
    Ok(())
}

/// Puts a job back, to be tried again at `run_at`.
async fn put_back(
    backend: &Backend,
    job: &Job,
    run_at: Timestamp,
    attempts: i64,
    reason: &str,
) -> Result<(), Problem> {
    let mut tx = backend.begin().await?;
    tx.run(
        sql!(
            "update job set lease_until = 0, run_at = $1, attempts = $2, reason = $3 \
             where id = $4 and fence = $5 and state = 'waiting'"
        ),
        args![run_at, attempts, reason, job.id, job.fence],
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Does background work in this process.
pub struct Worker {
    backend: Arc<Backend>,
    faults: Arc<dyn Faults>,
    stop: watch::Receiver<bool>,
}

impl Worker {
    /// A worker that runs until `stop` says true.
    pub fn new(backend: Arc<Backend>, stop: watch::Receiver<bool>) -> Self {
        Self { backend, faults: Arc::new(NoFaults), stop }
    }

    /// The same, with interference for tests.
    #[must_use]
    pub fn with_faults(mut self, faults: Arc<dyn Faults>) -> Self {
        self.faults = faults;
        self
    }

    /// Works until told to stop; then hands back what it holds.
    pub async fn run(mut self) {
        let mut bell = self.backend.listen();
        while !*self.stop.borrow_and_update() {
            bell.mark_unchanged();
            match self.work().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(problem) => {
                    tracing::warn!(%problem, "background work cannot reach the database");
                }
            }
            tokio::select! {
                _ = bell.changed() => {}
                stopped = self.stop.changed() => if stopped.is_err() { return },
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Does one due job, as far as it goes; false when there was none.
    pub async fn work(&self) -> Result<bool, Problem> {
        let Some(job) = claim(&self.backend).await? else { return Ok(false) };
        let heartbeat = tokio::spawn(beat(self.backend.clone(), job.clone()));
        let outcome = self.perform(&job).await;
        heartbeat.abort();
        self.settle(&job, outcome).await?;
        self.backend.ring();
        Ok(true)
    }

    /// Notes how work on a job ended. Where that cannot be noted, the database is out of reach: it
    /// is tried again while the claim holds, so that the job goes on as soon as it is back.
    async fn settle(&self, job: &Job, outcome: Result<(), Interruption>) -> Result<(), Problem> {
        let mut stop = self.stop.clone();
        let until = tokio::time::Instant::now() + CLAIMED;
        loop {
            let noted = match &outcome {
                Ok(()) | Err(Interruption::Lost | Interruption::Killed) => return Ok(()),
                Err(Interruption::Stopping) => {
                    put_back(&self.backend, job, self.backend.now(), job.attempts - 1, "").await
                }
                Err(Interruption::Problem(problem)) => self.failed(job, problem.clone()).await,
            };
            let Err(problem) = noted else { return Ok(()) };
            if problem.kind != Kind::Unavailable || tokio::time::Instant::now() >= until {
                return Err(problem);
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                _ = stop.wait_for(|stop| *stop) => return Err(problem),
            }
        }
    }

    async fn perform(&self, job: &Job) -> Result<(), Interruption> {
        match job.kind.as_str() {
            delivery::JOB => {
                delivery::run(&self.backend, job, self.faults.as_ref(), &self.stop).await
            }
            record::index::JOB => record::index::run(&self.backend, job, &self.stop).await,
            other => Err(crate::problem::internal(&format!("unknown kind of job: {other}")).into()),
        }
    }

    /// Failures inside are tried again, later each time; refusals and the last failure are final.
    async fn failed(&self, job: &Job, problem: Problem) -> Result<(), Problem> {
        let internal = problem.kind == Kind::Unavailable;
        let current = self.attempts(job).await?;
        if internal && current < ATTEMPTS {
            let wait = Timestamp::SECOND << current.clamp(0, 6);
            let reason = problem.to_string();
            return put_back(&self.backend, job, self.backend.now().plus(wait), current, &reason)
                .await;
        }
        let state = if internal { JobState::Failed } else { JobState::Done };
        if job.kind == delivery::JOB {
            return delivery::give_up(&self.backend, job, state, problem).await;
        }
        let mut tx = self.backend.begin().await?;
        finish(&mut tx, job, JobState::Failed, &problem.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// Failures since the last progress; progress in this very attempt leaves one.
    async fn attempts(&self, job: &Job) -> Result<i64, Problem> {
        let row = self
            .backend
            .read()
            .await?
            .one(sql!("select attempts from job where id = $1"), args![job.id])
            .await?;
        Ok(row.map_or(Ok(job.attempts), |row| row.get("attempts"))?.max(1))
    }
}

async fn beat(backend: Arc<Backend>, job: Job) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let renewed = async {
            let mut tx = backend.begin().await?;
            guard(&backend, &mut tx, &job).await?;
            tx.commit().await?;
            Ok::<(), Interruption>(())
        };
        if matches!(renewed.await, Err(Interruption::Lost)) {
            return;
        }
    }
}

/// How many there are in a state, by its code.
pub type Counts = Vec<(String, i64)>;

/// How many jobs and how many sends are in each state, for whoever watches the installation.
pub async fn counts(backend: &Backend) -> Result<(Counts, Counts), Problem> {
    let mut tx = backend.read().await?;
    let jobs = sql!("select state, count(*) as count from job group by state limit 20");
    let sends = sql!("select state, count(*) as count from delivery group by state limit 20");
    let jobs = tx.all(jobs, args![]).await?;
    let sends = tx.all(sends, args![]).await?;
    let read = |row: &Row| Ok((row.get("state")?, row.get("count")?));
    let read = |rows: &[Row]| rows.iter().map(read).collect::<Result<_, Problem>>();
    Ok((read(&jobs)?, read(&sends)?))
}

/// A job as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// For a delivery, its number.
    pub number: Option<String>,
    /// For a delivery, the order's number.
    pub order_number: Option<String>,
    /// For a delivery, from whom to whom.
    pub parties: Option<(String, String)>,
    /// Where it stands.
    pub state: JobState,
    /// Whether somebody works on it at the moment.
    pub running: bool,
    /// Failures since the last progress.
    pub attempts: i64,
    /// What went wrong last.
    pub reason: String,
    /// When it may be tried next.
    pub run_at: Timestamp,
    /// When it was added.
    pub created_at: Timestamp,
}

/// The jobs of the installation, those that need people first, then the newest.
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    state: Option<JobState>,
) -> Result<Vec<Listed>, Problem> {
    actor.may(UseCase::JobsRead)?;
    let now = backend.now();
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select j.*, d.number, o.number as order_number, p.name as provider, \
                 c.name as customer from job j left join delivery d on d.id = j.subject \
                 left join purchase_order o on o.id = d.order_id \
                 left join organisation p on p.id = o.provider_id \
                 left join organisation c on c.id = o.customer_id \
                 where ($1 = '' or j.state = $1) \
                 order by case j.state when 'failed' then 0 when 'waiting' then 1 else 2 end, \
                 j.created_at desc, j.id desc limit $2"
            ),
            args![state.map(JobState::code).unwrap_or_default(), page::NEWEST],
        )
        .await?;
    rows.iter().map(|row| listed(row, now)).collect()
}

fn listed(row: &Row, now: Timestamp) -> Result<Listed, Problem> {
    let provider: Option<String> = row.get("provider")?;
    let customer: Option<String> = row.get("customer")?;
    Ok(Listed {
        id: row.get("id")?,
        kind: row.get("kind")?,
        number: row.get("number")?,
        order_number: row.get("order_number")?,
        parties: provider.zip(customer),
        state: row.parse("state", JobState::parse)?,
        running: row.get::<Timestamp>("lease_until")? > now,
        attempts: row.get("attempts")?,
        reason: row.get("reason")?,
        run_at: row.get("run_at")?,
        created_at: row.get("created_at")?,
    })
}

/// An operator has a job tried once more.
pub async fn retry(backend: &Backend, actor: &Actor, id: JobId) -> Result<(), Problem> {
    actor.may(UseCase::JobRetry)?;
    let mut tx = backend.begin().await?;
    // The job is not held: a send's project comes first, and who is second there is refused.
    let row = tx
        .one(sql!("select * from job where id = $1"), args![id])
        .await?
        .ok_or_else(|| missing("任务", "job"))?;
    if row.parse("state", JobState::parse)? != JobState::Failed {
        return Err(not_failed());
    }
    let job = held(&row)?;
    if job.kind == delivery::JOB {
        delivery::retry_in(backend, &mut tx, actor, &job.subject).await?;
    } else {
        let again = sql!(
            "update job set state = 'waiting', run_at = $1, attempts = 0, reason = '' where id = $2"
        );
        tx.run(again, args![backend.now(), id]).await?;
    }
    let detail = json!({"kind": job.kind, "subject": job.subject});
    audit::record(backend, &mut tx, actor, &[], "installation.job_retried", id, detail).await?;
    tx.commit().await?;
    backend.ring();
    Ok(())
}

fn not_failed() -> Problem {
    Problem::with(
        Kind::Conflict,
        "job.not_failed",
        "ORD-3",
        Text::of("只有失败的任务可以重试", "Only a failed job can be tried again"),
    )
}
