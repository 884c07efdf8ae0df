//! The program under test.

use std::process::{Command, Output};

use serde_json::Value;

/// How a run of the program ended, and what it said.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub fn program(arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_actor-journal"));
    program.args(arguments);
    program
}

pub fn run(arguments: &[&str]) -> Ran {
    program(arguments).output().expect("the program runs").into()
}

/// A run that must end well and say nothing on stderr.
pub fn good(arguments: &[&str]) -> Ran {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?} said {}", ran.out);
    ran
}

/// A run that must end with this exit code and this error's code.
pub fn bad(arguments: &[&str], exit: i32, code: &str) -> Ran {
    let ran = run(arguments);
    assert_eq!(ran.code, Some(exit), "{arguments:?} said {}{}", ran.out, ran.err);
    assert!(ran.err.contains(code), "{arguments:?} said {}", ran.err);
    ran
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("what it says is UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// The lines, each an object for programs.
    pub fn objects(&self) -> Vec<Value> {
        let object = |line| serde_json::from_str(line).expect("a line is JSON");
        self.out.lines().map(object).collect()
    }

    /// Of each object one field.
    pub fn field(&self, name: &str) -> Vec<Value> {
        self.objects().iter().map(|object| object[name].clone()).collect()
    }
}
