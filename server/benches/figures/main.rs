//! The figures that need storage or load, one line each: `name: value unit`. Run by
//! `cargo xtask bench`, which builds the program in release and names it in `FENFA_BIN`.

mod delivery;
mod load;
mod purchase;
mod stage;

use std::error::Error;

/// What a measurement gives, or why it could not be taken.
pub type Measured<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Runs behind every median.
pub const RUNS: usize = 5;

fn main() -> Measured<()> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if arguments.first().is_some_and(|word| word == "bare") {
        return runtime.block_on(load::serve_bare());
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|word| word == name);
    runtime.block_on(async {
        if wanted("delivery_150_forms_ms") || wanted("delivery_vs_plain_inserts") {
            let (sent, ratio) = delivery::measure().await?;
            if wanted("delivery_vs_plain_inserts") {
                println!("delivery_vs_plain_inserts: {ratio:.2}");
            }
            if wanted("delivery_150_forms_ms") {
                println!("delivery_150_forms_ms: {sent:.1} ms");
            }
        }
        if wanted("purchase_page_share_of_bare_axum") || wanted("purchase_page_cpu_us") {
            let page = purchase::page().await?;
            println!("purchase_page_share_of_bare_axum: {:.4}", page.share);
            println!("purchase_page_cpu_us: {:.0} µs", page.cpu);
        }
        if wanted("purchase_p99_ms") {
            println!("purchase_p99_ms: {:.1} ms", purchase::p99().await?);
        }
        Ok(())
    })
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
