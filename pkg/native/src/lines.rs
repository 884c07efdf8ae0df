//! Exports and imports.

use actor_journal_binding as binding;
use napi::{Env, bindgen_prelude::PromiseRaw};
use napi_derive::napi;

use super::{JournalHandle, Result, begun};

/// What an export answers: its lines, its cursor, how far it has come and has to come.
type Lines = (String, Option<String>, f64, f64);

#[napi]
impl JournalHandle {
    /// Some lines of an export.
    #[napi(ts_return_type = "Promise<[string, string | undefined, number, number]>")]
    pub fn export_page<'env>(
        &self,
        env: &'env Env,
        cursor: Option<String>,
        snapshots_table: Option<String>,
        leave_out: bool,
    ) -> Result<PromiseRaw<'env, Lines>> {
        let handle = self.0.clone();
        begun(env, async move {
            let (cursor, table) = (cursor.as_deref(), snapshots_table.as_deref());
            let binding::Lines { text, cursor, done, total } =
                handle.export_page(cursor, table, leave_out).await?;
            Ok((text, cursor, done, total))
        })
    }

    /// Takes in lines of an export.
    #[napi(ts_return_type = "Promise<[string, number]>")]
    pub fn import_page<'env>(
        &self,
        env: &'env Env,
        text: String,
        cursor: Option<String>,
        snapshots_table: Option<String>,
        is_last: bool,
    ) -> Result<PromiseRaw<'env, (String, f64)>> {
        let handle = self.0.clone();
        begun(env, async move {
            let (cursor, table) = (cursor.as_deref(), snapshots_table.as_deref());
            handle.import_page(&text, cursor, table, is_last).await
        })
    }
}
