//! One conformance suite: what the contract promises, for every journal and the stores
//! beside it, run wherever they run. A scenario is an async function over the contract; the macros name each one
//! a test, so that a scenario left out of the list is an unused function, which is an error.

// Each place runs the suites that it has a store for.
#![allow(unused_macros, unused_imports)]

pub mod append;
pub mod closing;
pub mod compaction;
pub mod live;
pub mod read_side;
// Not every place keeps its bytes.
#[allow(dead_code)]
pub mod reopening;
pub mod repeats;
pub mod replay;
pub mod snapshots;
pub mod states;
pub mod streams;
pub mod validation;

/// Expands to a test for each scenario of a group; `$open` gives the store and what must outlive
/// it.
macro_rules! suite {
    ($place:ident, $open:path, $($group:ident { $($name:ident)* })*) => {
        $(mod $group {
            #[allow(unused_imports)]
            use super::*;
            $($crate::words::test_in! { $place, $name, async {
                let (store, _place) = $open().await;
                $crate::conformance::$group::$name(&store).await;
            } })*
        })*
    };
}

macro_rules! journal_suite {
    ($place:ident, $open:path) => {
        $crate::conformance::suite! { $place, $open,
            append {
                returns_what_a_replay_returns
                numbers_events_from_one_without_gaps
                refuses_a_seq_that_is_not_the_head
                has_one_winner_among_many
                of_nothing_checks_nothing
                keeps_tags_per_event
                keeps_manifests_per_event
                keeps_any_bytes
                is_nothing_before_it_is_awaited
            }
            validation {
                ids_follow_the_rules
                tags_follow_the_rules
                manifests_follow_the_rules
                more_than_64_tags_are_refused_and_nothing_is_written
                a_tag_twice_is_refused_and_nothing_is_written
            }
            repeats {
                a_repeated_append_is_written_once
                a_repeat_is_recognised_behind_later_appends
                another_append_at_the_same_seq_is_a_conflict
                other_events_under_the_same_token_are_a_conflict
                a_large_batch_is_recognised
                a_repeat_is_recognised_below_a_raised_mark
            }
            replay {
                bounds_are_inclusive
                the_limit_counts_events
                an_unknown_id_has_no_events
                many_pages_are_contiguous
                large_events_end_a_page_early
                what_is_appended_meanwhile_is_not_replayed
                a_slow_reader_blocks_no_append
                a_prefix_compacted_meanwhile_is_an_integrity_error
            }
            compaction {
                the_head_stays_when_everything_is_deleted
                is_idempotent_and_clamped_to_the_head
                removes_tags_and_positions
                positions_are_never_reused
                the_mark_is_never_lowered
                the_mark_of_a_new_stream_is_its_head
                an_unknown_id_is_no_error
                raising_the_mark_deletes_nothing
                events_left_below_a_hole_are_not_folded_over
            }
            streams {
                ids_are_paged_in_ascending_order
                a_fully_compacted_stream_is_still_named
                ids_of_failed_appends_are_not_named
            }
            read_side {
                positions_rise_in_commit_order
                everything_is_read_behind_a_position
                filters_combine_all_any_and_not
                what_is_appended_meanwhile_is_not_queried
                many_pages_have_each_event_once
            }
            live {
                follows_what_is_there_with_what_comes
                a_stream_is_followed_to_the_end_of_its_range
                a_stream_that_is_not_there_yet_is_followed
                a_prefix_compacted_while_it_is_followed_is_an_integrity_error
                a_filter_is_followed
                ids_are_followed_in_the_order_in_which_streams_begin
                a_stream_compacted_before_its_id_is_read_is_followed
                ids_go_on_behind_those_that_were_read
                many_streams_that_begin_are_followed_once_each
                many_writers_are_followed_in_position_order
                a_slow_follower_keeps_nobody_waiting
                appended_answers_the_last_position
                the_last_position_is_that_of_appends_called_before
                closing_ends_it
            }
            closing {
                is_idempotent_and_ends_every_call
            }
        }
    };
}

macro_rules! snapshot_suite {
    ($place:ident, $open:path) => {
        $crate::conformance::suite! { $place, $open,
            snapshots {
                the_latest_is_loaded
                a_save_at_the_same_seq_overwrites
                the_manifest_is_kept
                three_are_kept
                bounds_are_inclusive
                deletes_up_to_a_seq
                compacts_a_journal_of_another_kind
                a_seq_no_event_can_have_is_refused
                closing_ends_every_call
            }
        }
    };
}

macro_rules! state_suite {
    ($place:ident, $open:path) => {
        $crate::conformance::suite! { $place, $open,
            states {
                an_unknown_id_is_at_revision_0
                each_change_raises_the_revision_by_one
                a_change_based_on_another_revision_is_a_conflict
                a_revision_has_one_winner_among_many
                revisions_go_on_behind_a_deletion
                a_repeated_change_is_made_once
                a_repeat_behind_another_change_is_a_conflict
                another_change_is_no_repeat
                keeps_what_a_state_says_it_is
                keeps_any_bytes
                closing_ends_every_call
            }
        }
    };
}

/// For places that keep their bytes: `$reopen` opens the same journal once more.
macro_rules! durable_suite {
    ($place:ident, $start:path) => {
        mod reopening {
            #[allow(unused_imports)]
            use super::*;
            $crate::words::test_in! { $place, everything_is_there_again, async {
                let place = $start().await;
                $crate::conformance::reopening::everything_is_there_again(async || place.open().await).await;
            } }
            $crate::words::test_in! { $place, a_repeat_is_recognised_after_reopening, async {
                let place = $start().await;
                $crate::conformance::reopening::a_repeat_is_recognised_after_reopening(async || place.open().await).await;
            } }
        }
    };
}

pub(crate) use {durable_suite, journal_suite, snapshot_suite, state_suite, suite};
