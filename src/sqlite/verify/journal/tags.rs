use rusqlite::{Connection, params, types::Value};

use super::Met;
use crate::{
    error::Result,
    journal::PAGE_EVENTS,
    sqlite::{
        row::{self, integer},
        tables::prepare,
        verify::Part,
    },
    types::{MAX_TAGS, Problem, Tag},
};

/// Checks that the tag table holds the tags of the events `met`, and no other, behind `from` up to
/// `to`, or to its end.
pub(super) fn check(
    connection: &Connection,
    stem: &str,
    part: &mut Part,
    from: (&str, i64),
    to: Option<(&str, i64)>,
    met: &[Met],
) -> Result<()> {
    const MOST: usize = MAX_TAGS * PAGE_EVENTS;
    let sql = format!(
        "SELECT pid, seq, tag, position FROM \"{stem}_tags\"
         WHERE (pid, seq) > (?1, ?2) AND (pid, seq) <= (?3, ?4) ORDER BY pid, seq, tag LIMIT ?5"
    );
    // Every text stands in front of a BLOB.
    let end = to.map_or(Value::Blob(Vec::new()), |(id, _)| Value::Text(id.to_owned()));
    let bounds = params![from.0, from.1, end, to.map(|to| to.1), integer(MOST as u64 + 1)];
    let mut select = prepare(connection, &sql)?;
    let mut rows = select.query(bounds)?;
    let mut counts = vec![0; met.len()];
    let mut rest = MOST;
    while let Some(row) = rows.next()? {
        let (id, seq) = (row::id(row, 0)?, row.get(1)?);
        let (tag, position): (String, i64) = (row.get(2)?, row.get(3)?);
        let place = met.binary_search_by(|event| (&event.id, event.seq).cmp(&(&id, seq)));
        match place {
            Ok(index) if stands(&met[index], &tag, position) => counts[index] += 1,
            _ => {
                let what =
                    format!("the tag table has {tag:?} at position {position}, no event has");
                part.report(Problem::of(&id, seq.unsigned_abs(), what));
            }
        }
        if rest == 0 {
            part.report(Problem::new("the tag table has more rows than events can have"));
            break;
        }
        rest -= 1;
    }
    for (event, count) in met.iter().zip(counts) {
        let missing = event.tags.as_ref().map_or(0, Vec::len).saturating_sub(count);
        if missing > 0 {
            let what = format!("{missing} of its tags are not in the tag table");
            part.report(Problem::of(&event.id, event.seq.unsigned_abs(), what));
        }
        part.found.tags += count as u64;
    }
    Ok(())
}

/// Whether an event has a tag, at a position; one that could not be read may have any.
fn stands(event: &Met, tag: &str, position: i64) -> bool {
    let has = |tags: &Vec<Tag>| tags.iter().any(|own| own.as_str() == tag);
    event.tags.as_ref().is_none_or(has) && event.position == position
}
