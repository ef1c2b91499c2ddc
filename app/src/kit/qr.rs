//! QR codes for links, drawn as one SVG path.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of quiet zone on each side, as the standard asks.
const QUIET: usize = 4;
/// How wide a code may be on the screen, in CSS pixels.
const WIDEST: usize = 232;

/// The QR code of `text`; always dark on light, so that every camera reads it. Nothing where the
/// text is too long for a code.
pub fn qr(label: impl Into<String>, text: &str) -> Option<AnyView> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let path = path(width, &code.to_colors());
    let around = format!("-{QUIET} -{QUIET} {0} {0}", width + 2 * QUIET);
    let side = side(width);
    // The frame is another element's: it would take its pixels from the modules.
    Some(view! {
        <div class="shrink-0 self-center overflow-hidden rounded-box border border-base-300 sm:self-start">
            <svg role="img" aria-label=label.into() width=side height=side viewBox=around shape-rendering="crispEdges">
                <rect x="-4" y="-4" width="100%" height="100%" fill="#fff"/><path d=path fill="#000"/>
            </svg>
        </div>
    }
    .into_any())
}

/// The side of a code of so many modules, in CSS pixels: each module is as many whole pixels as
/// there is room for, since a camera loses modules whose edges lie between pixels.
fn side(width: usize) -> usize {
    let modules = width + 2 * QUIET;
    modules * (WIDEST / modules).max(2)
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
    fn lnk1_every_module_is_as_many_whole_pixels() {
        for version in 1..=10 {
            let width = 17 + 4 * version;
            let modules = width + 8;
            let side = side(width);
            assert_eq!(side % modules, 0, "version {version}");
            assert!((176..=232).contains(&side), "version {version}: {side} px");
        }
        let code = qr("", "https://fenfa.example.cn/l/abc").expect("a code").to_html();
        let shown = |name: &str| code.split(&format!(" {name}=\"")).nth(1)?.split('"').next();
        let modules: Option<usize> =
            shown("viewBox").and_then(|shown| shown.rsplit(' ').next()?.parse().ok());
        let side: Option<usize> = shown("width").and_then(|shown| shown.parse().ok());
        assert_eq!(side.expect("a width") % modules.expect("a view box"), 0, "{code}");
        assert_eq!(shown("width"), shown("height"));
    }

    #[test]
    fn every_dark_module_is_drawn_once() {
        let modules = [Color::Dark, Color::Dark, Color::Light, Color::Dark];
        assert_eq!(path(2, &modules), "M0 0h2v1h-2zM1 1h1v1h-1z");
        assert_eq!(path(4, &modules), "M0 0h2v1h-2zM3 0h1v1h-1z");
    }
}
