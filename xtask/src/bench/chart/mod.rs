//! A suite as a picture: a panel of bars for each workload, drawn as SVG.
//!
//! Bars begin at zero and are as long as their figures; the thin line on a bar reaches from the
//! least to the most of its rounds, and a mark stands where a goal is reached. The picture has colours for light and for dark surroundings and
//! a ground of its own, since who shows it may not say which they are.

mod panel;

use super::measured::Measured;
use panel::{Panel, text};

/// The width of the picture.
const WIDTH: f64 = 880.0;
/// Room at its edges.
const EDGE: f64 = 28.0;
/// The height of its heading.
const HEADING: f64 = 94.0;
/// The room between two panels.
const GAP: f64 = 30.0;

/// The width of a letter, as wide as letters are in most fonts.
const LETTER: f64 = 7.6;

const LEGEND: &str = "Bars: median of the rounds. Thin lines: least to most. Upright marks: goals. \
                      Ratios: median over pairs of rounds.";

const STYLE: &str = "
  .ground { fill: #ffffff; stroke: #d8dee4 }
  .rule { stroke: #d8dee4 }
  text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2328 }
  .heading { font-size: 20px; font-weight: 650 }
  .title { font-size: 15px; font-weight: 600 }
  .muted { fill: #59636e; font-size: 12px }
  .strong { font-weight: 600 }
  .figure { font-variant-numeric: tabular-nums }
  .ours { fill: #0969da }
  .own-peer { fill: #80b3f0 }
  .peer { fill: #b4bdc7 }
  .spread { stroke: #1f2328; stroke-opacity: .55 }
  .goal { stroke: #bc4c00; stroke-width: 2 }
  .reached { fill: #1a7f37; font-size: 12px }
  .missed { fill: #bc4c00; font-size: 12px }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #30363d }
    .rule { stroke: #30363d }
    text { fill: #e6edf3 }
    .muted { fill: #9198a1 }
    .ours { fill: #4493f8 }
    .own-peer { fill: #2f5d99 }
    .peer { fill: #565e68 }
    .spread { stroke: #e6edf3 }
    .goal { stroke: #f0883e }
    .reached { fill: #3fb950 }
    .missed { fill: #f0883e }
  }
";

/// The picture of a suite.
pub fn draw(measured: &Measured) -> String {
    let zero = zero(measured);
    let panels: Vec<Panel> =
        measured.workloads.iter().map(|workload| Panel::new(workload, zero)).collect();
    let heights = panels.iter().map(|panel| panel.height() + GAP);
    let height = HEADING + heights.sum::<f64>() + EDGE - GAP;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Figures of the suite {suite}\">\n\
         <style>{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"10\"/>\n",
        WIDTH - 1.0,
        height - 1.0,
        suite = measured.suite,
    );
    svg += &text("heading", EDGE, 38.0, &heading(measured));
    svg += &text("muted", EDGE, 58.0, &machine(measured));
    svg += &text("muted", EDGE, 75.0, LEGEND);
    let mut top = HEADING;
    for panel in &panels {
        svg += &panel.draw(top);
        top += panel.height() + GAP;
    }
    svg + "</svg>\n"
}

/// Where all bars begin: behind the longest name, and before there is no room for bars.
fn zero(measured: &Measured) -> f64 {
    let results = measured.workloads.iter().flat_map(|workload| &workload.results);
    let longest = results.map(|outcome| outcome.name.chars().count()).max().unwrap_or(0);
    (EDGE + longest as f64 * LETTER + 14.0).clamp(200.0, WIDTH / 2.0)
}

fn heading(measured: &Measured) -> String {
    let name = match measured.suite.as_str() {
        "native" => "Rust, native file",
        "node" => "Node, native file",
        "chromium" => "Chromium, OPFS",
        "firefox" => "Firefox, OPFS",
        other => other,
    };
    if measured.quick { format!("{name} (a quick run)") } else { name.to_owned() }
}

fn machine(measured: &Measured) -> String {
    let machine = &measured.machine;
    let cores = if machine.cores == 1 { "core" } else { "cores" };
    let mut text =
        format!("{}, {}, {} {cores}, {}", machine.runtime, machine.cpu, machine.cores, machine.os);
    if let Some(date) = &measured.date {
        text += &format!(", {date}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_suite_says_of_itself_is_text_and_no_markup() {
        let measured = serde_json::json!({
            "suite": "native",
            "machine": { "cores": 2, "cpu": "a<b>&c", "os": "an os", "runtime": "rustc" },
            "workloads": [],
        });
        let svg = draw(&serde_json::from_value(measured).expect("a suite"));
        assert!(svg.contains("a&lt;b&gt;&amp;c, 2 cores"), "{svg}");
    }
}
