//! The read side across streams: events in position order, by their tags.

use std::cell::Cell;

use rusqlite::{Connection, Row, params_from_iter, types::Value};

use super::{
    append::last_position,
    row::{self, integer},
    tables::{Tables, prepare},
};
use crate::{
    error::{Error, Result},
    journal::{PAGE_BYTES, PAGE_EVENTS},
    types::{EventQuery, EventsPage, PersistentEvent, Tag, TagFilter},
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
    let mut select = Select::new(tables, bounds.map(integer));
    let sql = select.sql(&query.filter);
    let mut statement = prepare(connection, &sql)?;
    let rows = statement.query(params_from_iter(&select.values))?;
    let last = Cell::new(query.after);
    let stands_there = |row: &Row<'_>, event: &PersistentEvent| {
        let rises = last.replace(event.position) < event.position;
        stands(row, event, &query.filter, rises)
    };
    let (events, last) = row::events(rows, limit, PAGE_BYTES, stands_there)?;
    Ok(EventsPage { events, through, last })
}

/// Checks that an event is the one that the index means, behind the one before.
fn stands(row: &Row<'_>, event: &PersistentEvent, filter: &TagFilter, rises: bool) -> Result<()> {
    let position: i64 = row.get(INDEXED_POSITION)?;
    if rises && position == integer(event.position) && filter.passes(&event.tags) {
        return Ok(());
    }
    let message =
        format!("an index has it at position {position}, out of order, or under other tags");
    Err(Error::integrity(&event.id, event.seq, message))
}

/// The column behind those of an event.
const INDEXED_POSITION: usize = 10;

/// The order in which an index has what is found, which is merged where it is found in several places.
const FIRST: &str = " ORDER BY position LIMIT ?3";

/// The statement for a filter, with its values. Positions are above `?1` and up to `?2`, `?3` is
/// the limit.
struct Select<'a> {
    stem: &'a str,
    columns: &'a str,
    values: Vec<Value>,
}

impl<'a> Select<'a> {
    fn new(tables: &'a Tables, bounds: [i64; 3]) -> Self {
        let (stem, columns) = (&tables.stem, &tables.event_columns);
        Self { stem, columns, values: bounds.map(Value::from).to_vec() }
    }

    /// Goes along the positions that all tags of `all` have, else of each tag of `any`, else of all
    /// events, and tests the other conditions on what it meets.
    ///
    /// What is found is in order, and stays so where one event after the other is looked up for it. To
    /// sort the events would be to read all of them, payloads too, before the first is handed on.
    fn sql(&mut self, filter: &TagFilter) -> String {
        let Self { stem, columns, .. } = *self;
        let TagFilter { all, any, not } = filter;
        let found = match (all.as_slice(), any.as_slice()) {
            ([], []) => self.all_events(not) + FIRST,
            ([], any) => {
                let each: Vec<_> = any.iter().map(|tag| self.one_tag(tag, &[], not)).collect();
                each.join(" UNION ") + FIRST
            }
            ([tag], any) => self.one_tag(tag, any, not) + FIRST,
            (all, any) => self.all_tags(all, any, not),
        };
        format!(
            "SELECT {columns}, found.position FROM ({found}) found
             LEFT JOIN \"{stem}\" e ON e.pid = found.pid AND e.seq = found.seq"
        )
    }

    fn one_tag(&mut self, tag: &Tag, any: &[Tag], not: &[Tag]) -> String {
        let stem = self.stem;
        format!(
            "SELECT t.position, t.pid, t.seq FROM \"{stem}_tags\" t
             WHERE t.tag = {} AND t.position > ?1 AND t.position <= ?2{}",
            self.bind(tag),
            self.also(any, not),
        )
    }

    /// Where two tags or more meet: looks in the index for the next position of each from one place
    /// on, goes on from the highest of them, and has met them all where that is the place itself.
    /// That costs by the rarest tag: no position of it is looked at more than twice.
    ///
    /// SQLite hands on the rows of a recursive table one by one [as they are found], which is in
    /// order; to sort them it would have to find all of them first.
    ///
    /// [as they are found]: https://www.sqlite.org/lang_with.html#recursive_common_table_expressions
    fn all_tags(&mut self, all: &[Tag], any: &[Tag], not: &[Tag]) -> String {
        let stem = self.stem;
        let tags: Vec<_> = all.iter().map(|tag| self.bind(tag)).collect();
        // Behind one that was met, else from it on.
        let place = "met.position + (met.position = met.place)";
        let next = tags.iter().map(|tag| {
            format!(
                "(SELECT min(position) FROM \"{stem}_tags\"
                  WHERE tag = {tag} AND position >= {place})"
            )
        });
        let next = next.collect::<Vec<_>>().join(", ");
        format!(
            "WITH RECURSIVE met (place, position) AS (
                 SELECT ?1, ?1 UNION ALL
                 SELECT {place}, max({next}) FROM met WHERE met.position <= ?2
             )
             SELECT t.position, t.pid, t.seq FROM met
             CROSS JOIN \"{stem}_tags\" t ON t.tag = {} AND t.position = met.position
             WHERE met.position = met.place AND met.position > ?1 AND met.position <= ?2{}
             LIMIT ?3",
            tags[0],
            self.also(any, not),
        )
    }

    fn all_events(&mut self, not: &[Tag]) -> String {
        let stem = self.stem;
        format!(
            "SELECT t.position, t.pid, t.seq FROM \"{stem}\" t
             WHERE t.position > ?1 AND t.position <= ?2{}",
            self.also(&[], not),
        )
    }

    /// Further conditions on what is met.
    fn also(&mut self, any: &[Tag], not: &[Tag]) -> String {
        let mut sql = String::new();
        if !any.is_empty() {
            sql += &format!(" AND {}", self.has(any));
        }
        if !not.is_empty() {
            sql += &format!(" AND NOT {}", self.has(not));
        }
        sql
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
