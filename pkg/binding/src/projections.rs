use actor_journal::{
    PersistenceId, ProjectionBuild, ProjectionTables, Result, Skipped, View,
    rusqlite::{self, Row, params_from_iter, types::Value},
};
use serde::{Deserialize, Serialize};

use crate::{
    journal::JournalHandle,
    number::{count, whole},
    values::{pack_names, pack_value, unpack_changes, unpack_params},
};

/// Bytes at which an answer of rows ends.
const MOST_BYTES: usize = 16 << 20;

/// `BindingProjection` in TypeScript.
#[derive(Deserialize)]
pub struct Projection {
    /// Under which its position is kept.
    pub name: String,
    /// What its tables are called.
    pub tables: Vec<String>,
}

/// `BindingSkipped` in TypeScript.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkippedEvent {
    /// Its stream.
    pub persistence_id: String,
    /// Its seq.
    pub sequence_nr: f64,
    /// Its position.
    pub position: f64,
    /// Why.
    pub error: String,
    /// When it was passed over, in milliseconds.
    pub timestamp: f64,
}

impl SkippedEvent {
    fn check(self) -> Result<Skipped> {
        Ok(Skipped {
            id: PersistenceId::stored(&self.persistence_id),
            seq: whole("sequenceNr", self.sequence_nr)?,
            position: whole("position", self.position)?,
            error: self.error,
            timestamp: self.timestamp as i64,
        })
    }
}

/// The same, going out: of whole numbers, which need less code to be written than others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    persistence_id: &'a str,
    sequence_nr: u64,
    position: u64,
    error: &'a str,
    timestamp: i64,
}

impl<'a> From<&'a Skipped> for Told<'a> {
    fn from(skipped: &'a Skipped) -> Self {
        Self {
            persistence_id: skipped.id.as_str(),
            sequence_nr: skipped.seq,
            position: skipped.position,
            error: &skipped.error,
            timestamp: skipped.timestamp,
        }
    }
}

impl JournalHandle {
    /// Begins a build of a projection's tables; answers its number and its position.
    ///
    /// # Errors
    ///
    /// As [`ProjectionTables::begin`].
    pub async fn begin_projection(
        &self,
        projection: Projection,
        create: String,
        anew: bool,
    ) -> Result<Vec<f64>> {
        let create = move |view: &View<'_>| Ok(view.execute_batch(&create)?);
        self.tables(projection)?.begin(anew, create).await.map(place)
    }

    /// Applies what events change to a build at a position; answers where the build is then, whoever has
    /// brought it there, or nothing where it is gone.
    ///
    /// # Errors
    ///
    /// As [`ProjectionTables::apply`].
    pub async fn apply_changes(
        &self,
        projection: Projection,
        number: f64,
        position: f64,
        end: f64,
        changes: &[u8],
    ) -> Result<Vec<f64>> {
        let (tables, build) = (self.tables(projection)?, build(number, position)?);
        let (end, changes) = (whole("end", end)?, unpack_changes(changes)?);
        let moved = tables.apply(build, end, changes).await?;
        found(&tables, build, moved).await
    }

    /// Passes over an event, behind which a build at a position is; answers as
    /// [`apply_changes`](Self::apply_changes) does.
    ///
    /// # Errors
    ///
    /// As [`ProjectionTables::skip`].
    pub async fn skip_event(
        &self,
        projection: Projection,
        number: f64,
        position: f64,
        event: SkippedEvent,
    ) -> Result<Vec<f64>> {
        let (tables, build) = (self.tables(projection)?, build(number, position)?);
        let moved = tables.skip(build, event.check()?).await?;
        found(&tables, build, moved).await
    }

    /// Refuses a journal of which events were compacted.
    ///
    /// # Errors
    ///
    /// As [`ProjectionTables::check_uncompacted`].
    pub async fn check_uncompacted(&self, projection: Projection) -> Result<()> {
        self.tables(projection)?.check_uncompacted().await
    }

    /// Puts a build in the place of the one that stands; answers whether it is there.
    ///
    /// # Errors
    ///
    /// As [`ProjectionTables::swap`].
    pub async fn swap_projection(&self, projection: Projection, number: f64) -> Result<bool> {
        self.tables(projection)?.swap(whole("build", number)?).await
    }

    /// The rows that a statement answers, of the build that stands, or of that number: no bytes where that
    /// is gone.
    ///
    /// # Errors
    ///
    /// As [`View::query`].
    pub async fn query_projection(
        &self,
        projection: Projection,
        number: Option<f64>,
        sql: String,
        params: &[u8],
    ) -> Result<Vec<u8>> {
        let (tables, params) = (self.tables(projection)?, unpack_params(params)?);
        let read = move |view: &View<'_>| rows(view, &sql, params);
        match number {
            None => tables.read(read).await,
            Some(number) => {
                let rows = tables.read_build(whole("build", number)?, read).await?;
                Ok(rows.unwrap_or_default())
            }
        }
    }

    /// The events behind a position that were passed over, at most so many, as JSON text.
    ///
    /// # Errors
    ///
    /// As [`ProjectionTables::skipped`].
    pub async fn skipped_events(
        &self,
        projection: Projection,
        after: f64,
        limit: f64,
    ) -> Result<String> {
        let (after, limit) = (whole("after", after)?, count("limit", limit)?);
        let skipped = self.tables(projection)?.skipped(after, limit).await?;
        let told: Vec<_> = skipped.iter().map(Told::from).collect();
        Ok(serde_json::to_string(&told).expect("text and numbers can be written as JSON"))
    }

    fn tables(&self, projection: Projection) -> Result<ProjectionTables> {
        ProjectionTables::new(self.journal(), &projection.name, &projection.tables)
    }
}

fn build(number: f64, position: f64) -> Result<ProjectionBuild> {
    Ok(ProjectionBuild { number: whole("build", number)?, position: whole("position", position)? })
}

/// Where a build is behind a call that has moved it, or that has found it elsewhere.
async fn found(
    tables: &ProjectionTables,
    build: ProjectionBuild,
    moved: Option<ProjectionBuild>,
) -> Result<Vec<f64>> {
    Ok(match moved {
        Some(moved) => place(moved),
        None => tables.numbered(build.number).await?.map(place).unwrap_or_default(),
    })
}

fn place(build: ProjectionBuild) -> Vec<f64> {
    vec![build.number as f64, build.position as f64]
}

/// The rows that fit in an answer, packed.
fn rows(view: &View<'_>, sql: &str, params: Vec<Value>) -> Result<Vec<u8>> {
    let mut packed = vec![u8::from(false)];
    let mut is_full = false;
    let read = view.query(sql, params_from_iter(params), |row| {
        if packed.len() > MOST_BYTES {
            is_full = true;
            // Any error ends the query.
            return Err(rusqlite::Error::ExecuteReturnedResults);
        }
        pack_row(&mut packed, row)
    });
    if is_full {
        packed[0] = u8::from(true);
        return Ok(packed);
    }
    read.map(|_| packed)
}

fn pack_row(packed: &mut Vec<u8>, row: &Row<'_>) -> rusqlite::Result<()> {
    let statement = row.as_ref();
    // The names stand in front of the first row.
    if packed.len() == 1 {
        pack_names(packed, statement.column_names());
    }
    for column in 0..statement.column_count() {
        pack_value(packed, row.get_ref(column)?);
    }
    Ok(())
}
