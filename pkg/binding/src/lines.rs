use actor_journal::{Export, Import, Result, SqliteJournal, SqliteSnapshotStore, Stores};

/// Some lines of an export, and how to go on from them.
pub struct Lines {
    /// Whole lines, or none yet.
    pub text: String,
    /// Where the export is behind them; nothing at its end.
    pub cursor: Option<String>,
    /// How far it has come, in events, each of which is read twice.
    pub done: f64,
    /// How far it has to come.
    pub total: f64,
}

/// The lines behind `cursor`, or the first ones.
pub(crate) async fn export_page(
    journal: &SqliteJournal,
    cursor: Option<&str>,
    snapshots_table: Option<&str>,
    leave_out: bool,
) -> Result<Lines> {
    let snapshots = beside(journal, snapshots_table).await?;
    let stores = stores(journal, snapshots.as_ref());
    let mut export = match cursor {
        Some(cursor) => Export::resume(stores, cursor)?,
        None if leave_out => Export::of(stores).leaving_out(),
        None => Export::of(stores),
    };
    let page = export.page().await?;
    let cursor = page.is_some().then(|| export.cursor());
    let progress = export.progress();
    let (done, total) = (progress.done as f64, progress.total as f64);
    Ok(Lines { text: page.unwrap_or_default(), cursor, done, total })
}

/// Takes in whole lines behind those that `cursor` tells of, or the first ones; the last ones of all
/// where nothing follows. Answers where the import is then, and how many events it has taken in.
pub(crate) async fn import_page(
    journal: &SqliteJournal,
    text: &str,
    cursor: Option<&str>,
    snapshots_table: Option<&str>,
    is_last: bool,
) -> Result<(String, f64)> {
    let snapshots = beside(journal, snapshots_table).await?;
    let stores = stores(journal, snapshots.as_ref());
    let mut import = match cursor {
        Some(cursor) => Import::resume(stores, cursor)?,
        None => Import::into(stores),
    };
    import.page(text).await?;
    if is_last {
        import.finish()?;
    }
    Ok((import.cursor(), import.events() as f64))
}

async fn beside(
    journal: &SqliteJournal,
    table: Option<&str>,
) -> Result<Option<SqliteSnapshotStore>> {
    match table {
        Some(table) => SqliteSnapshotStore::beside(journal, table).await.map(Some),
        None => Ok(None),
    }
}

fn stores<'a>(
    journal: &'a SqliteJournal,
    snapshots: Option<&'a SqliteSnapshotStore>,
) -> Stores<'a> {
    match snapshots {
        Some(snapshots) => Stores::of(journal).snapshots(snapshots),
        None => Stores::of(journal),
    }
}
