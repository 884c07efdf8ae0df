//! A short run of the target in `fuzz/` that concerns the bindings, on stored inputs and on inputs made
//! of them.

#[path = "fuzzing/calls.rs"]
mod calls;
#[path = "../../../tests/dice/mod.rs"]
mod dice;
#[path = "../../../tests/fuzzing/made.rs"]
mod made;

#[test]
fn whatever_is_called_is_answered_or_refused() {
    made::run("calls", 1000, calls::call);
}
