//! What can be asked for on the command line.

use clap::{Parser, Subcommand};

use crate::{
    backup::Backup, compact::Compact, events::Events, export::Export, ids::Ids, import::Import,
    info::Info, opening::Opening, restore::Restore, snapshots::Snapshots, verify::Verify,
};

const NOTES: &str = "\
Exit codes:
  0  it is done
  1  it failed, or the file does not hold what was named; stderr says why, with a code
  2  it was called in a wrong way
  3  what is stored is damaged or nothing of ours: so `verify` says, or it cannot be read or decoded

Only `compact`, `import` and `restore` write to a database, and only they bring one of an earlier
version up to date. The others read one that has a write-ahead log through the files -wal and -shm
beside it, which are made where they are missing.";

/// Looks into, checks and copies journals of actors that SQLite keeps in a file
#[derive(Parser)]
#[command(name = "actor-journal", version, after_help = NOTES)]
#[command(max_term_width = 100, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// Write JSON for programs, as each command's help says; errors too, on stderr
    #[arg(long, global = true)]
    pub json: bool,
    #[command(flatten)]
    pub opening: Opening,
}

#[derive(Subcommand)]
pub enum Command {
    Info(Info),
    Ids(Ids),
    Events(Events),
    Snapshots(Snapshots),
    Verify(Verify),
    Backup(Backup),
    Restore(Restore),
    Export(Export),
    Import(Import),
    Compact(Compact),
}
