//! Backups.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use actor_journal::Progress;
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
        let told = Arc::<Mutex<Option<Progress>>>::default();
        let tell = told.clone();
        let copying = Box::pin(async move {
            let tell =
                |progress| *tell.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
            handle.journal().backup(path, tell).await
        });
        FileBackup(Arc::new(Mutex::new(Some(Copying { copying, told }))))
    }
}

/// A copy that is written into a file.
#[napi]
pub struct FileBackup(Arc<Mutex<Option<Copying>>>);

struct Copying {
    copying: Pin<Box<dyn Future<Output = actor_journal::Result<()>> + Send>>,
    told: Arc<Mutex<Option<Progress>>>,
}

impl Copying {
    /// The answer of the whole copy, or how far it has come since it was asked before.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<actor_journal::Result<Vec<f64>>> {
        if let Poll::Ready(copied) = self.copying.as_mut().poll(context) {
            return Poll::Ready(copied.map(|()| Vec::new()));
        }
        match self.told.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(Progress { done, total }) => Poll::Ready(Ok(vec![done as f64, total as f64])),
            None => Poll::Pending,
        }
    }
}

#[napi]
impl FileBackup {
    /// How far it has come, and has to come; nothing when it is done.
    #[napi]
    pub fn next<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, Vec<f64>>> {
        let copying = self.0.clone();
        begun(
            env,
            std::future::poll_fn(move |context| {
                match &mut *copying.lock().unwrap_or_else(PoisonError::into_inner) {
                    Some(copying) => copying.poll(context),
                    None => Poll::Ready(Ok(Vec::new())),
                }
            }),
        )
    }

    /// Gives it up, unless it is done.
    #[napi]
    pub fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
