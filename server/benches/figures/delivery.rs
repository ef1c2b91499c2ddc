//! Sending an app of 150 forms and 2,000 fields: how long until the customer sees it, and how that
//! compares to inserting the same rows plainly in one transaction.

use std::time::Instant;

use backend::{
    agreement,
    application::{self, design, release},
    db::Db,
    delivery,
    job::Worker,
    order, purchase,
};
use domain::{
    application::{FieldKind, Tree},
    command::Checked,
    delivery::SendForm,
    design::Naming,
    identity::{ApplicationId, OrderId},
    lang::Text,
    purchase::Buy,
};
use sqlx::{Row as _, SqlitePool};
use tokio::sync::watch;

use crate::{Measured, RUNS, median, stage::Stage};

/// The median time of a send in milliseconds, and the median of its ratio to the plain inserts.
pub async fn measure() -> Measured<(f64, f64)> {
    let stage = Stage::new().await?;
    let app = large_app(&stage).await?;
    let (halt, halted) = watch::channel(false);
    let worker = tokio::spawn(Worker::new(stage.backend.clone(), halted).run());
    let (mut sent, mut ratios) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let token = stage.link(app).await?;
        let command = Checked::of(stage.backend.posting(&stage.buyer), &Buy { token })?;
        let placed = purchase::purchase(&stage.backend, &stage.buyer, command).await?;
        let (delivered, milliseconds) = send(&stage, placed.order).await?;
        let plain = insert_plainly(&stage, delivered).await?;
        // The first run fills caches and is not counted.
        if run > 0 {
            sent.push(milliseconds);
            ratios.push(milliseconds / plain);
        }
    }
    let _ = halt.send(true);
    worker.await?;
    Ok((median(sent), median(ratios)))
}

async fn large_app(stage: &Stage) -> Measured<ApplicationId> {
    let naming = Naming::of(Text::of("大型应用", "Large app"));
    let app = application::create(&stage.backend, &stage.developer, naming).await?;
    let design = design::open(&stage.backend, &stage.developer, app).await?;
    let started = design.started(&Tree::navigation_key()).ok_or("a new app has a navigation")?;
    design::edit(&stage.backend, &stage.developer, app, &started, |tree| {
        for number in 0..150 {
            let key =
                tree.add_form(Text::new(format!("表单 {number}"), format!("Form {number}")))?;
            let fields = if number < 50 { 14 } else { 13 };
            tree.edit_form(&key, |form| {
                for field in 0..fields {
                    let code = ["text", "number", "date"][field % 3];
                    let label = Text::new(format!("字段 {field}"), format!("Field {field}"));
                    if let Some(kind) = FieldKind::parse(code) {
                        form.add_field(None, label, kind, None)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    })
    .await?;
    release::publish(&stage.backend, &stage.developer, app, "").await?;
    Ok(app)
}

/// From the click to visible: the use case, the background work, the flip.
async fn send(stage: &Stage, order: OrderId) -> Measured<(ApplicationId, f64)> {
    let agreement = agreement::read(&stage.backend, &stage.seller).await?;
    let form = SendForm {
        samples: "yes".into(),
        connectors: "no".into(),
        edit_permission: "no".into(),
        agreed: agreement.version.to_string(),
        ..SendForm::default()
    };
    let mut bell = stage.backend.listen();
    let started = Instant::now();
    delivery::send(&stage.backend, &stage.seller, order, &form).await?;
    loop {
        bell.mark_unchanged();
        let now = order::read(&stage.backend, &stage.seller, order).await?;
        if let Some(app) = now.delivered {
            return Ok((app, started.elapsed().as_secs_f64() * 1000.0));
        }
        bell.changed().await?;
    }
}

/// Inserts the rows that the delivery made once more, as a program without Fenfa would: statement
/// by statement in one transaction. Gives the milliseconds.
async fn insert_plainly(stage: &Stage, delivered: ApplicationId) -> Measured<f64> {
    let Db::Sqlite { write: pool, .. } = &stage.backend.db else {
        return Err("measured on SQLite".into());
    };
    let rows = components(pool, delivered).await?;
    let copy = uuid::Uuid::now_v7().to_string();
    let started = Instant::now();
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(
        "insert into application (id, organisation_id, name_zh, name_en, description, icon, premium, \
         state, state_data, visible, edit_permission, created_by, created_at, changed_at, revision) \
         select $1, organisation_id, name_zh, name_en, description, icon, premium, state, state_data, \
         0, edit_permission, created_by, created_at, changed_at, revision from application where id = $2",
    )
    .bind(&copy)
    .bind(delivered.to_string())
    .execute(&mut *tx)
    .await?;
    for [kind, key, digest, by, at] in rows {
        sqlx::query(
            "insert into application_component (application_id, kind, key, digest, changed_by, \
             changed_at) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&copy)
        .bind(kind)
        .bind(key)
        .bind(digest)
        .bind(by)
        .bind(at.parse::<i64>()?)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}

async fn components(pool: &SqlitePool, app: ApplicationId) -> Measured<Vec<[String; 5]>> {
    let rows = sqlx::query(
        "select kind, key, digest, changed_by, cast(changed_at as text) as at \
         from application_component where application_id = $1",
    )
    .bind(app.to_string())
    .fetch_all(pool)
    .await?;
    let column = |row: &sqlx::sqlite::SqliteRow, name| row.try_get::<String, _>(name);
    rows.iter()
        .map(|row| {
            Ok([
                column(row, "kind")?,
                column(row, "key")?,
                column(row, "digest")?,
                column(row, "changed_by")?,
                column(row, "at")?,
            ])
        })
        .collect()
}
