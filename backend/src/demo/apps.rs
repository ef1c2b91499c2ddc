//! The demo's two apps: their forms and records come from JSON beside this file.

use std::collections::BTreeMap;

use domain::{
    application::{Document, FormDocument, Key, NavigationDocument, Tree},
    authority::Actor,
    design::Naming,
    identity::{ApplicationId, RecordId},
    lang::Text,
    problem::Problem,
    record::Pairs,
};
use serde::Deserialize;

use crate::{
    Backend,
    application::{self, design, release},
    problem::{Internal, internal},
    record,
};

/// Customers, opportunities, contracts and receipts.
pub const SALES: &str = include_str!("apps/sales.json");
/// Equipment, inspections and repairs.
pub const INSPECTION: &str = include_str!("apps/inspection.json");

#[derive(Deserialize)]
struct Sample {
    name: Text,
    description: String,
    navigation: Vec<domain::application::NavigationEntry>,
    forms: BTreeMap<String, FormDocument>,
    records: Vec<(String, BTreeMap<String, Input>)>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Input {
    One(String),
    Many(Vec<String>),
}

/// Makes an app with its records and publishes its first release.
pub async fn make(
    backend: &Backend,
    actor: &Actor,
    json: &str,
    icon: &str,
) -> Result<ApplicationId, Problem> {
    let sample: Sample = serde_json::from_str(json).internal()?;
    let naming = Naming { name: sample.name, description: sample.description, icon: icon.into() };
    let id = application::create(backend, actor, naming).await?;
    let mut tree = Tree::empty();
    let entries = sample.navigation;
    tree.put(
        Tree::navigation_key(),
        NavigationDocument { entries, ..NavigationDocument::default() }.into(),
    );
    for (key, form) in sample.forms {
        tree.put(key_of(&key)?, Document::from(form));
    }
    let design = design::open(backend, actor, id).await?;
    let started = design
        .started(&Tree::navigation_key())
        .ok_or_else(|| internal(&"a new app has no navigation"))?;
    design::edit(backend, actor, id, &started, |edited| {
        *edited = tree;
        Ok(())
    })
    .await?;
    let mut written = BTreeMap::<String, Vec<RecordId>>::new();
    for (form, inputs) in sample.records {
        let pairs = pairs(inputs, &written)?;
        let record = record::create(backend, actor, id, &key_of(&form)?, &pairs).await?;
        written.entry(form).or_default().push(record);
    }
    release::publish(backend, actor, id, "首个交付版本").await?;
    Ok(id)
}

fn key_of(text: &str) -> Result<Key, Problem> {
    Key::parse(text).map_err(|error| internal(&error.en))
}

/// The inputs of a record; `@customer.0` stands for the first customer written before.
fn pairs(
    inputs: BTreeMap<String, Input>,
    written: &BTreeMap<String, Vec<RecordId>>,
) -> Result<Pairs, Problem> {
    let mut pairs = Vec::new();
    for (name, input) in inputs {
        let values = match input {
            Input::One(value) => vec![value],
            Input::Many(values) => values,
        };
        for value in values {
            let value = match value.strip_prefix('@').and_then(|mark| mark.split_once('.')) {
                Some((form, index)) => {
                    let index: usize = index.parse().internal()?;
                    let record = written.get(form).and_then(|records| records.get(index));
                    record
                        .ok_or_else(|| internal(&"a record of the demo comes too early"))?
                        .to_string()
                }
                None => value,
            };
            pairs.push((name.clone(), value));
        }
    }
    Ok(pairs.into_iter().collect())
}
