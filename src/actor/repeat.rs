use crate::{
    error::{Error, Result},
    platform::BoxFuture,
};

/// How often a write is repeated whose outcome is unknown.
const REPEATS: usize = 3;

/// Makes a write that has a token, again where its answer is lost: the store makes it once. A repeat
/// that meets a conflict fails with that where `denies` tells that the first try was not made.
pub(super) async fn repeating<'a, T>(
    mut write: impl FnMut() -> BoxFuture<'a, Result<T>>,
    denies: impl FnOnce(&Error) -> BoxFuture<'a, bool>,
) -> Result<T> {
    let lost = match write().await {
        Err(error) if error.is_lost() => error,
        answered => return answered,
    };
    for _ in 0..REPEATS {
        match write().await {
            Ok(done) => return Ok(done),
            Err(conflict) if conflict.is_conflict() => {
                return Err(if denies(&conflict).await { conflict } else { lost });
            }
            // Whatever else keeps a repeat from being made says nothing of the first try.
            Err(_) => {}
        }
    }
    Err(lost)
}
