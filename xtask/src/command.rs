//! Running other programs.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a program with its output on the terminal, after saying what is run.
pub fn run(command: &mut Command) -> Result<()> {
    println!("> {}", line(command));
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("`{}` could not be started", name(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// What a program prints, or nothing if it is not there or fails.
pub fn read(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it, without its environment.
pub fn line(command: &Command) -> String {
    let words = command.get_args().map(OsStr::to_string_lossy);
    words.fold(name(command), |line, word| line + " " + &word)
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Finds a program on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| is_program(file))
}

/// Whether there is a file that the system would run.
#[cfg(unix)]
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Whether there is a file that the system would run.
#[cfg(not(unix))]
pub fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Whether this process may do everything on this machine.
#[cfg(unix)]
pub fn is_root() -> bool {
    read(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Whether this process may do everything on this machine.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

/// A script that npm installed, which on Windows is a `.cmd` file.
pub fn npm_script(folder: &Path, name: &str) -> PathBuf {
    let suffix = if cfg!(windows) { ".cmd" } else { "" };
    folder.join("node_modules/.bin").join(format!("{name}{suffix}"))
}

/// npm itself, which on Windows is a `.cmd` file.
pub fn npm(folder: &Path) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(folder);
    npm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_reads_as_nothing() {
        assert_eq!(read(&mut Command::new("no-such-program-anywhere")), None);
        assert_eq!(find("no-such-program-anywhere"), None);
    }

    #[test]
    fn a_program_that_is_there_is_found_and_read() {
        assert!(find("cargo").is_some());
        assert!(
            read(Command::new("cargo").arg("--version"))
                .is_some_and(|text| text.starts_with("cargo"))
        );
    }

    #[test]
    fn a_program_that_cannot_be_started_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).expect_err("is not there");
        assert!(error.to_string().contains("no-such-program-anywhere"));
    }

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        assert_eq!(line(Command::new("cargo").args(["test", "--lib"])), "cargo test --lib");
    }
}
