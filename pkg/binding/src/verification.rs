use actor_journal::{Problem, Progress, Verification, VerificationPage};
use serde::Serialize;

/// `VerificationPart` in TypeScript.
#[derive(Serialize)]
struct Part<'a> {
    found: Found<'a>,
    progress: Step,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
}

/// `Verification` in TypeScript.
#[derive(Serialize)]
struct Found<'a> {
    streams: u64,
    events: u64,
    tags: u64,
    states: u64,
    unchecked: u64,
    opaque: u64,
    found: u64,
    problems: Vec<Told<'a>>,
}

/// `Progress` in TypeScript.
#[derive(Serialize)]
struct Step {
    done: u64,
    total: u64,
}

/// `Problem` in TypeScript.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    persistence_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_nr: Option<u64>,
    what: &'a str,
}

/// A part of a check as JSON text.
pub(crate) fn to_json(part: &VerificationPage) -> String {
    let VerificationPage { found, progress: Progress { done, total }, next } = part;
    let (progress, next) = (Step { done: *done, total: *total }, next.as_deref());
    let part = Part { found: told(found), progress, next };
    serde_json::to_string(&part).expect("text and numbers can be written as JSON")
}

fn told(found: &Verification) -> Found<'_> {
    Found {
        streams: found.streams,
        events: found.events,
        tags: found.tags,
        states: found.states,
        unchecked: found.unchecked,
        opaque: found.opaque,
        found: found.found,
        problems: found.problems.iter().map(problem).collect(),
    }
}

fn problem(problem: &Problem) -> Told<'_> {
    let Problem { id, seq, what } = problem;
    Told { persistence_id: id.as_ref().map(|id| id.as_str()), sequence_nr: *seq, what }
}
