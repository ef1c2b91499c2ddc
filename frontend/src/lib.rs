//! The client's entry point: makes the forms and islands of a page live.

// Islands are functions exported from `app`; without this line the linker would leave them out.
pub use app as ui;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by `boot.js`, before it hands every island its element.
#[wasm_bindgen]
pub fn hydrate() {
    // A panic says what happened where somebody looks at the console.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    app::enhance::start();
    leptos::mount::hydrate_islands();
}
