use actor_journal_binding as binding;
use js_sys::{Array, Float64Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{JournalHandle, nothing, options::OpenOptions, promise};

#[wasm_bindgen]
impl JournalHandle {
    /// Begins an image of the database.
    #[wasm_bindgen(js_name = backupBegin)]
    pub fn backup_begin(&self) -> Promise {
        let handle = self.0.clone();
        promise(async move { Ok(Float64Array::from(&handle.backup_begin().await?[..])) })
    }

    /// A piece of an image.
    #[wasm_bindgen(js_name = backupRead)]
    pub fn backup_read(&self, token: f64, offset: f64, length: f64) -> Promise {
        let handle = self.0.clone();
        promise(
            async move { Ok(Uint8Array::from(&*handle.backup_read(token, offset, length).await?)) },
        )
    }

    /// Ends an image.
    #[wasm_bindgen(js_name = backupEnd)]
    pub fn backup_end(&self, token: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.backup_end(token)) })
    }

    /// Some lines of an export.
    #[wasm_bindgen(js_name = exportPage)]
    pub fn export_page(
        &self,
        cursor: Option<String>,
        snapshots_table: Option<String>,
        leave_out: bool,
    ) -> Promise {
        let handle = self.0.clone();
        promise(async move {
            let (cursor, table) = (cursor.as_deref(), snapshots_table.as_deref());
            let lines = handle.export_page(cursor, table, leave_out).await?;
            let binding::Lines { text, cursor, done, total } = lines;
            Ok(Array::of4(&text.into(), &cursor.into(), &done.into(), &total.into()))
        })
    }

    /// Takes in lines of an export.
    #[wasm_bindgen(js_name = importPage)]
    pub fn import_page(
        &self,
        text: String,
        cursor: Option<String>,
        snapshots_table: Option<String>,
        is_last: bool,
    ) -> Promise {
        let handle = self.0.clone();
        promise(async move {
            let (cursor, table) = (cursor.as_deref(), snapshots_table.as_deref());
            let (cursor, events) = handle.import_page(&text, cursor, table, is_last).await?;
            Ok(Array::of2(&cursor.into(), &events.into()))
        })
    }
}

/// Begins a restore.
#[wasm_bindgen(js_name = openRestore)]
pub fn open_restore(options: OpenOptions) -> Promise {
    let opening = binding::RestoreHandle::open(options.into(), None);
    promise(async { opening.await.map(RestoreHandle) })
}

/// A restore under way.
#[wasm_bindgen]
pub struct RestoreHandle(binding::RestoreHandle);

#[wasm_bindgen]
impl RestoreHandle {
    /// Takes the next piece.
    pub fn write(&self, offset: f64, bytes: Vec<u8>) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.write(offset, &bytes)) })
    }

    /// Goes on to check the copy and to put it in its place.
    pub fn finish(&self, length: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { Ok(Float64Array::from(&*handle.finish(length).await?)) })
    }

    /// Gives it up, unless it is finished.
    pub fn close(&self) -> Promise {
        let handle = self.0.clone();
        promise(async move {
            handle.close();
            nothing(Ok(()))
        })
    }
}
