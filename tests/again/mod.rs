//! This program, started again as another process, to do its part in the test that starts it.

use std::{
    env,
    process::{Child, Command, Stdio},
};

/// What the other process is told: the file that it is to use.
const FILE: &str = "ACTOR_JOURNAL_FILE_OF_BOTH";

/// The file, where this is the other process.
pub fn file() -> Option<String> {
    env::var(FILE).ok()
}

/// The other process, which is killed where this goes away before it has ended.
pub struct Again(Child);

impl Again {
    /// Starts it in the test of this name.
    pub fn start(test: &str, file: &str) -> Self {
        let mut program = Command::new(env::current_exe().unwrap());
        program.args([test, "--exact", "--test-threads=1"]).env(FILE, file);
        Self(program.stdout(Stdio::null()).spawn().unwrap())
    }

    pub fn ends_well(mut self) {
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Again {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
