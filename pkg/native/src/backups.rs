//! Backups.

use actor_journal_binding as binding;
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Uint8Array},
};
use napi_derive::napi;

use super::{JournalHandle, Result, begun};

#[napi]
impl JournalHandle {
    /// Begins an image of the database.
    #[napi]
    pub fn backup_begin<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, Vec<f64>>> {
        let handle = self.0.clone();
        begun(env, async move { handle.backup_begin().await.map(Vec::from) })
    }

    /// A piece of an image.
    #[napi]
    pub fn backup_read<'env>(
        &self,
        env: &'env Env,
        token: f64,
        offset: f64,
        length: f64,
    ) -> Result<PromiseRaw<'env, Uint8Array>> {
        let handle = self.0.clone();
        begun(
            env,
            async move { handle.backup_read(token, offset, length).await.map(Uint8Array::from) },
        )
    }

    /// Ends an image.
    #[napi]
    pub fn backup_end<'env>(&self, env: &'env Env, token: f64) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.backup_end(token) })
    }

    /// Begins to write a copy into a new file.
    #[napi]
    pub fn backup_to(&self, path: String) -> FileBackup {
        let handle = self.0.clone();
        FileBackup(binding::Steps::of(|told| {
            Box::pin(
                async move { handle.journal().backup(path, |progress| told.tell(progress)).await },
            )
        }))
    }
}

/// A copy that is written into a file.
#[napi]
pub struct FileBackup(binding::Steps);

#[napi]
impl FileBackup {
    /// How far it has come, and has to come; nothing when it is done.
    #[napi]
    pub fn next<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, Vec<f64>>> {
        let steps = self.0.clone();
        begun(env, async move { steps.next().await })
    }

    /// Gives it up, unless it is done.
    #[napi]
    pub fn close(&self) {
        self.0.close();
    }
}
