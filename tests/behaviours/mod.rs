//! What persistent actors do, named in `tests/behaviours.txt` for both languages, run under every
//! executor. A behaviour is an async function over a place; one left out of the list below is an
//! unused function, which is an error.

// Each place runs what it can.
#![allow(unused_macros, unused_imports)]
// In wasm, where there is one thread, what is shared need not be `Send` and `Sync`.
#![allow(clippy::arc_with_non_send_sync)]

pub mod account;
pub mod commands;
pub mod durable;
#[cfg(not(target_arch = "wasm32"))]
mod durable_model;
pub mod evolution;
// In wasm a panic ends everything.
#[cfg_attr(target_arch = "wasm32", allow(dead_code))]
pub mod failures;
pub mod lifecycle;
#[cfg(not(target_arch = "wasm32"))]
mod model;
#[cfg(not(target_arch = "wasm32"))]
mod natively;
pub mod place;
pub mod recovery;
pub mod snapshots;
pub mod unreliable;

/// Gives the names of all behaviours to a macro, behind its arguments: those that run everywhere,
/// and those in which something panics.
macro_rules! every {
    ($then:ident! { $($arguments:tt)* }) => {
        $crate::behaviours::$then! { $($arguments)*
            everywhere {
                recovery {
                    recovers_state_from_its_events
                    recovers_from_the_latest_snapshot_and_the_events_after_it
                    calls_on_recovery_complete_once_before_the_first_command
                    a_snapshot_above_the_head_is_a_recovery_failure
                    a_gap_is_a_recovery_failure
                    a_compacted_prefix_without_a_snapshot_is_a_recovery_failure
                    recoveries_are_bounded
                    recovery_progress_is_observed
                    a_passing_error_does_not_end_an_actor_that_can_recover_later
                    a_snapshot_that_replaced_the_one_in_hand_is_taken_in_recovery
                    a_rejection_in_on_recovery_complete_goes_nowhere
                    stop_in_on_recovery_complete_is_heeded_also_where_its_events_are_refused
                }
                commands {
                    answers_commands_in_the_order_they_came
                    commands_wait_while_events_are_persisted
                    persists_all_of_a_batch_or_none
                    folds_what_the_journal_stored_and_not_the_caller_s_object
                    a_full_mailbox_rejects_with_mailbox_full
                    ask_times_out_and_the_command_may_still_be_carried_out
                    tell_needs_no_answer
                    a_rejection_changes_nothing
                    a_rejected_append_leaves_the_actor_running
                    a_lost_append_is_repeated_and_written_once
                    a_conflict_stops_the_actor
                    tags_are_stored_with_events
                }
                snapshots {
                    snapshots_by_policy
                    a_snapshot_on_demand
                    a_failing_snapshot_is_reported_and_changes_nothing_else
                    retention_compacts_what_kept_snapshots_cover
                    delete_history_is_refused_where_no_snapshot_covers_it
                }
                lifecycle {
                    a_stopped_actor_can_be_spawned_again
                    stop_waits_for_what_is_in_flight
                    terminate_stops_all_after_what_is_in_flight
                    an_idle_actor_is_passivated_and_comes_back
                    the_least_recently_used_is_passivated_beyond_the_bound
                    commands_that_meet_a_passivation_are_not_lost
                    of_two_actors_in_memory_on_one_id_the_second_is_refused
                }
                evolution {
                    an_adapter_stores_manifest_and_version
                    old_events_are_upcast_through_every_version
                    defaults_fill_what_an_old_event_lacks
                    defaults_fill_objects_in_objects_and_nothing_else
                    one_old_event_becomes_many
                    a_retired_event_is_dropped
                    an_unknown_manifest_is_refused_by_name
                    a_version_from_the_future_is_refused_by_name
                    a_snapshot_is_upcast
                    without_an_adapter_a_manifest_is_refused_by_name
                }
                durable {
                    a_durable_actor_recovers_the_state_that_it_saved_last
                    a_durable_actor_s_deleted_state_is_the_initial_one_again
                    a_durable_actor_whose_state_another_writer_changed_is_stopped
                    a_lost_change_of_a_durable_actor_is_repeated_and_made_once
                    a_rejected_change_leaves_a_durable_actor_running
                    a_durable_actor_s_old_state_is_upcast
                    an_idle_durable_actor_is_passivated_and_comes_back
                }
            }
            where_panics_are_caught {
                failures {
                    a_failing_command_restarts_the_actor_and_keeps_what_was_stored
                    a_failing_command_resumes_where_the_policy_says_so
                    a_failing_command_stops_the_actor_where_the_policy_says_so
                    a_failing_fold_restarts_and_then_reports_recovery_failure
                }
            }
        }
    };
}

/// Tests of all behaviours: `$open` gives the place, `$run` runs a future to its end.
macro_rules! tests_by {
    ($run:path, $open:path;
        everywhere { $($group:ident { $($name:ident)* })* }
        where_panics_are_caught { $($panicking:ident { $($panic:ident)* })* }
    ) => {
        $($(
            #[test]
            fn $name() {
                $run(async { $crate::behaviours::$group::$name(&$open().await).await });
            }
        )*)*
        $($(
            #[test]
            fn $panic() {
                $run(async { $crate::behaviours::$panicking::$panic(&$open().await).await });
            }
        )*)*
    };
}

/// The same on the event loop, without what panics.
macro_rules! tests_on_the_event_loop {
    ($open:path;
        everywhere { $($group:ident { $($name:ident)* })* }
        where_panics_are_caught $panicking:tt
    ) => {
        $($(
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $name() {
                $crate::behaviours::$group::$name(&$open().await).await;
            }
        )*)*
    };
}

/// The names as text.
macro_rules! names {
    (
        everywhere { $($group:ident { $($name:ident)* })* }
        where_panics_are_caught { $($panicking:ident { $($panic:ident)* })* }
    ) => {
        [$($(stringify!($name),)*)* $($(stringify!($panic),)*)*]
    };
}

pub(crate) use {every, names, tests_by, tests_on_the_event_loop};
