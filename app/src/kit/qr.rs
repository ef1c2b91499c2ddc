//! QR codes for links, drawn as one SVG path.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// The QR code of `text`; always dark on light, so that every camera reads it. Nothing where the
/// text is too long for a code.
pub fn qr(label: impl Into<String>, text: &str) -> Option<AnyView> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let path = path(width, &code.to_colors());
    // Four modules of quiet zone around, as the standard asks.
    let around = format!("-4 -4 {0} {0}", width + 8);
    Some(view! {
        <svg role="img" aria-label=label.into() class="size-44 shrink-0 rounded-box border border-base-300" viewBox=around shape-rendering="crispEdges">
            <rect x="-4" y="-4" width="100%" height="100%" fill="#fff"/><path d=path fill="#000"/>
        </svg>
    }
    .into_any())
}

/// Dark modules, joined to runs along each row.
fn path(width: usize, modules: &[Color]) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|module| **module == Color::Dark).count();
            if run > 0 {
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once() {
        let modules = [Color::Dark, Color::Dark, Color::Light, Color::Dark];
        assert_eq!(path(2, &modules), "M0 0h2v1h-2zM1 1h1v1h-1z");
        assert_eq!(path(4, &modules), "M0 0h2v1h-2zM3 0h1v1h-1z");
    }
}
