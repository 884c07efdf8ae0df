//! The command line: looks into, checks and copies journals that SQLite keeps in a file.

#![deny(clippy::unwrap_used)]

mod arguments;
mod backup;
mod bar;
mod cbor;
mod columns;
mod compact;
mod database;
mod events;
mod export;
mod failure;
mod ids;
mod import;
mod info;
mod listing;
mod opening;
mod output;
mod payload;
mod restore;
mod snapshots;
mod stored;
mod utc;
mod verify;
mod visible;

use std::{
    env,
    process::{self, ExitCode},
};

use actor_journal::{Error, ErrorKind};
use clap::Parser;

use arguments::{Arguments, Command};
use failure::{Failure, Verdict};
use output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| refuse(&error));
    let mut output = Output::new(arguments.json);
    let ended = pollster::block_on(run(arguments, &mut output));
    let ended = ended.and_then(|verdict| Ok(output.flush().map(|()| verdict)?));
    match ended {
        Ok(verdict) => verdict.code().into(),
        Err(failure) => {
            failure.error().into_iter().for_each(|error| output.report(error));
            failure.code().into()
        }
    }
}

/// Ends the program: it was called in a wrong way, or asked for help.
fn refuse(error: &clap::Error) -> ! {
    let is_for_programs = env::args().any(|argument| argument == "--json");
    if !is_for_programs || !error.use_stderr() {
        error.exit();
    }
    let told = error.render().to_string();
    let message = told.lines().next().unwrap_or_default().trim_start_matches("error: ");
    Output::new(true).report(&Error::new(ErrorKind::InvalidArgument, message));
    process::exit(error.exit_code());
}

async fn run(arguments: Arguments, output: &mut Output) -> Result<Verdict, Failure> {
    let opening = &arguments.opening;
    match arguments.command {
        Command::Info(info) => info.run(opening, output).await,
        Command::Ids(ids) => ids.run(opening, output).await,
        Command::Events(events) => events.run(opening, output).await,
        Command::Snapshots(snapshots) => snapshots.run(opening, output).await,
        Command::Verify(verify) => verify.run(opening, output).await,
        Command::Backup(backup) => backup.run(opening, output).await,
        Command::Restore(restore) => restore.run(opening, output).await,
        Command::Export(export) => export.run(opening, output).await,
        Command::Import(import) => import.run(opening, output).await,
        Command::Compact(compact) => compact.run(opening, output).await,
    }
}
