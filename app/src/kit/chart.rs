//! Small charts, drawn as SVG on the server: how a number went from day to day, and what a whole is
//! made of. Each says in words what it shows.

use leptos::prelude::*;

use super::Tone;

/// Height of the days' chart in its own units.
const HEIGHT: i64 = 48;
/// The height stands for this many at least, so that a single one does not look like a peak.
const LEAST: i64 = 4;
/// Width of a day with its gap.
const DAY: i64 = 10;

/// As many columns have their names below them.
const NAMED: usize = 8;

/// One part of a whole or of a day: what colour, what it is called, how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The meaning of its colour.
    pub tone: Tone,
    /// Its name, in the visitor's language.
    pub label: String,
    /// How many.
    pub count: i64,
}

fn fill(tone: Tone) -> &'static str {
    match tone {
        Tone::Quiet => "fill-base-content/30",
        Tone::Info => "fill-info/80",
        Tone::Good => "fill-success/80",
        Tone::Warn => "chart-warn",
        Tone::Bad => "fill-error/80",
    }
}

fn sum(parts: &[Part]) -> i64 {
    parts.iter().map(|part| part.count).sum()
}

/// `待发送 2，成功 5`.
fn words(parts: &[Part]) -> String {
    let said = parts.iter().filter(|part| part.count > 0);
    said.map(|part| format!("{} {}", part.label, part.count)).collect::<Vec<_>>().join(" · ")
}

/// One column for each day, its parts on top of each other; hovering a column tells the day.
/// `days` are `(name, parts)`, the oldest first.
pub fn days(label: &str, days: &[(String, Vec<Part>)]) -> AnyView {
    let highest = days.iter().map(|(_, parts)| sum(parts)).max().unwrap_or(0).max(LEAST);
    let width = DAY * i64::try_from(days.len()).unwrap_or(1);
    let columns = (0..).zip(days).map(|(index, (name, parts))| {
        let x = index * DAY + 1;
        let mut top = HEIGHT;
        let pieces = parts.iter().filter(|part| part.count > 0).map(|part| {
            // What is there can be seen, however many there are on the highest day.
            let height = (part.count * HEIGHT / highest).max(2);
            top -= height;
            view! { <rect class=fill(part.tone) x=x.to_string() y=top.to_string() width=(DAY - 2).to_string() height=height.to_string()/> }
        });
        let pieces = pieces.collect_view();
        let said = if sum(parts) > 0 { format!("{name}: {}", words(parts)) } else { name.clone() };
        view! {
            <g class="hover:opacity-70">
                <title>{said}</title>
                <rect class="fill-transparent" x=x.to_string() y="0" width=(DAY - 2).to_string() height=HEIGHT.to_string()/>
                <rect class="fill-base-300" x=x.to_string() y=(HEIGHT - 1).to_string() width=(DAY - 2).to_string() height="1"/>
                {pieces}
            </g>
        }
    });
    let mut names = days.iter().map(|(name, _)| name.clone());
    // Where they fit, each column has its name below; else the first and the last.
    let names = if days.len() <= NAMED {
        let names = names.map(|name| view! { <span class="truncate text-center">{name}</span> });
        view! { <p class="figures mt-1 grid auto-cols-fr grid-flow-col text-xs text-muted" aria-hidden="true">{names.collect_view()}</p> }.into_any()
    } else {
        let (first, last) = (names.clone().next(), names.next_back());
        view! { <p class="figures mt-1 flex justify-between text-xs text-muted" aria-hidden="true"><span>{first}</span><span>{last}</span></p> }.into_any()
    };
    view! {
        <svg role="img" aria-label=label.to_owned() class="h-16 w-full" preserveAspectRatio="none" viewBox=format!("0 0 {width} {HEIGHT}")>{columns.collect_view()}</svg>
        {names}
    }
    .into_any()
}

/// What a whole is made of: the names with their colours and counts.
pub fn legend(parts: &[Part]) -> AnyView {
    let items = parts.iter().filter(|part| part.count > 0).map(|part| view! {
        <li class="flex items-center gap-2 text-sm">
            <svg aria-hidden="true" class="size-2.5 shrink-0" viewBox="0 0 10 10"><rect class=fill(part.tone) width="10" height="10" rx="3"/></svg>
            <span class="text-muted">{part.label.clone()}</span><span class="figures font-medium">{part.count}</span>
        </li>
    });
    view! { <ul class="flex flex-wrap gap-x-5 gap-y-1">{items.collect_view()}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(tone: Tone, label: &str, count: i64) -> Part {
        Part { tone, label: label.into(), count }
    }

    #[test]
    fn a_chart_says_in_words_what_it_shows() {
        let parts = [
            part(Tone::Warn, "待发送", 2),
            part(Tone::Bad, "失败", 0),
            part(Tone::Good, "成功", 5),
        ];
        assert_eq!(words(&parts), "待发送 2 · 成功 5");
    }

    #[test]
    fn the_highest_day_fills_the_chart_and_a_single_one_is_seen() {
        let all = vec![
            ("11-01".to_owned(), vec![part(Tone::Good, "成功", 1)]),
            ("11-02".to_owned(), vec![part(Tone::Good, "成功", 100)]),
        ];
        let html = days("近两天的订单", &all).to_html();
        assert!(html.contains("11-02: 成功 100"), "{html}");
        assert!(html.contains(&format!("y=\"0\" width=\"8\" height=\"{HEIGHT}\"")), "{html}");
        assert!(html.contains("height=\"2\""), "{html}");
    }
}
