//! The read side across streams: events in position order, by their tags.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    append::last_position,
    row::{self, integer},
    tables::{EVENT_COLUMNS, Tables, prepare},
};
use crate::{
    error::Result,
    journal::{PAGE_BYTES, PAGE_EVENTS},
    types::{EventQuery, EventsPage, Tag, TagFilter},
};

/// One page of the whole journal.
pub(crate) fn events_page(
    connection: &Connection,
    tables: &Tables,
    query: &EventQuery,
    limit: usize,
) -> Result<EventsPage> {
    let through = query.until.min(last_position(connection, tables)?);
    let limit = limit.min(PAGE_EVENTS);
    let bounds = [query.after, through, limit as u64];
    let mut select = Select::new(&tables.stem, bounds.map(integer));
    let sql = select.sql(&query.filter);
    let mut statement = prepare(connection, &sql)?;
    let rows = statement.query(params_from_iter(&select.values))?;
    let (events, last) = row::events(rows, limit, PAGE_BYTES)?;
    Ok(EventsPage { events, through, last })
}

/// The statement for a filter, with its values. Positions are above `?1` and up to `?2`, `?3` is
/// the limit.
struct Select<'a> {
    stem: &'a str,
    values: Vec<Value>,
}

impl<'a> Select<'a> {
    fn new(stem: &'a str, bounds: [i64; 3]) -> Self {
        Self { stem, values: bounds.map(Value::from).to_vec() }
    }

    /// Goes along the positions of the first tag of `all`, else of each tag of `any`, else of all
    /// events, and tests the other conditions on what it meets.
    fn sql(&mut self, filter: &TagFilter) -> String {
        let Self { stem, .. } = *self;
        let source = match (filter.all.split_first(), filter.any.as_slice()) {
            (Some((first, all)), any) => self.one_tag(first, all, any, &filter.not),
            (None, []) => self.all_events(&filter.not),
            (None, any) => {
                let each: Vec<_> =
                    any.iter().map(|tag| self.one_tag(tag, &[], &[], &filter.not)).collect();
                let each = each.iter().map(|select| format!("SELECT * FROM ({select})"));
                each.collect::<Vec<_>>().join(" UNION ")
            }
        };
        format!(
            "SELECT {EVENT_COLUMNS} FROM ({source}) t
             CROSS JOIN \"{stem}\" e ON e.pid = t.pid AND e.seq = t.seq
             ORDER BY t.position LIMIT ?3"
        )
    }

    fn one_tag(&mut self, tag: &Tag, all: &[Tag], any: &[Tag], not: &[Tag]) -> String {
        let stem = self.stem;
        let mut sql = format!(
            "SELECT t.pid, t.seq, t.position FROM \"{stem}_tags\" t
             WHERE t.tag = {} AND t.position > ?1 AND t.position <= ?2",
            self.bind(tag)
        );
        for tag in all {
            sql += &format!(" AND {}", self.has(std::slice::from_ref(tag)));
        }
        if !any.is_empty() {
            sql += &format!(" AND {}", self.has(any));
        }
        sql + &self.without(not) + " ORDER BY t.position LIMIT ?3"
    }

    fn all_events(&mut self, not: &[Tag]) -> String {
        let stem = self.stem;
        format!(
            "SELECT t.pid, t.seq, t.position FROM \"{stem}\" t
             WHERE t.position > ?1 AND t.position <= ?2{} ORDER BY t.position LIMIT ?3",
            self.without(not)
        )
    }

    fn without(&mut self, not: &[Tag]) -> String {
        if not.is_empty() { String::new() } else { format!(" AND NOT {}", self.has(not)) }
    }

    fn has(&mut self, tags: &[Tag]) -> String {
        let stem = self.stem;
        let tags: Vec<_> = tags.iter().map(|tag| self.bind(tag)).collect();
        format!(
            "EXISTS (SELECT 1 FROM \"{stem}_tags\" o
             WHERE o.pid = t.pid AND o.seq = t.seq AND o.tag IN ({}))",
            tags.join(", ")
        )
    }

    fn bind(&mut self, tag: &Tag) -> String {
        self.values.push(tag.as_str().to_owned().into());
        format!("?{}", self.values.len())
    }
}
