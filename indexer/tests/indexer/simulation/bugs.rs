//! Bugs that indexers had, by name: each with what brought it about, and little else. Where one seed
//! would not meet it, several do.

use std::time::Duration;

use super::{
    plan::{BlocksFaults, ChainFaults, DatabaseFaults, Plan, ProcessFaults, StreamFaults},
    play_plan,
};

/// Plays `plan` with several seeds; `met` is in the trace of at least one. Returns the traces.
fn through(plan: &Plan, met: &str) -> Vec<Vec<String>> {
    let traces = (0..8).map(|seed| {
        let (trace, result) = play_plan(seed, plan.clone());
        result.unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}\n{}", trace.join("\n")));
        trace
    });
    let traces: Vec<_> = traces.collect();
    assert!(traces.iter().flatten().any(|line| line.contains(met)), "the simulation never met {met:?}");
    traces
}

#[test]
fn bug_01_a_header_ahead_of_its_transactions_completes_nothing() {
    let chain = ChainFaults { early_meta: 1.0, ..ChainFaults::default() };
    let stream = StreamFaults { drop: 0.01, ..StreamFaults::default() };
    through(&Plan { chain, stream, ..Plan::quiet() }, "dropped transaction");
}

#[test]
fn bug_02_an_error_of_a_node_completes_no_slot() {
    let stream = StreamFaults { never_replays: true, breaks: 0.003, ..StreamFaults::default() };
    let blocks = Some(BlocksFaults { fails: 0.5, breaks: 0.5, ends_early: 0.3, ..BlocksFaults::default() });
    through(&Plan { stream, blocks, ..Plan::quiet() }, "blocks: the stream was refused or broke");
}

#[test]
fn bug_03_what_comes_while_a_gap_is_filled_is_not_lost() {
    let stream = StreamFaults { never_replays: true, breaks: 0.01, ..StreamFaults::default() };
    let blocks = Some(BlocksFaults { slow: 1.0, ..BlocksFaults::default() });
    through(&Plan { stream, blocks, ..Plan::quiet() }, "fetch");
}

#[test]
fn bug_04_live_slots_do_not_overtake_a_gap_that_is_not_filled() {
    let stream = StreamFaults { begins_later: 1.0, breaks: 0.01, ..StreamFaults::default() };
    through(&Plan { stream, ..Plan::quiet() }, "subscribed");
}

#[test]
fn bug_05_no_checkpoint_is_not_slot_0() {
    for trace in through(&Plan { present: true, ..Plan::quiet() }, "subscribe from None") {
        assert!(!trace.iter().any(|line| line.contains("Some(0)") || line.contains("Some(1)")), "{trace:#?}");
    }
}

#[test]
fn bug_06_a_gap_ends_where_the_stream_begins_wherever_a_node_stands() {
    let stream = StreamFaults { never_replays: true, breaks: 0.005, ..StreamFaults::default() };
    let blocks = Some(BlocksFaults { behind: 0.3, ..BlocksFaults::default() });
    let chain = ChainFaults { fork: 0.05, skip: 0.2, ..ChainFaults::default() };
    through(&Plan { chain, stream, blocks, ..Plan::quiet() }, "fetch");
}

#[test]
fn bug_09_a_source_that_is_down_is_asked_rarely() {
    let stream = StreamFaults { refused: 1.0, ..StreamFaults::default() };
    for trace in through(&Plan { stream, ..Plan::quiet() }, "subscribe from") {
        let calm = trace.iter().position(|line| line.ends_with("all is calm")).unwrap();
        let asked = trace[..calm].iter().filter(|line| line.contains("subscribe from")).count();
        assert!((5..30).contains(&asked), "asked {asked} times in half a minute");
    }
}

#[test]
fn bug_10_a_replay_that_is_accepted_and_brings_nothing_is_given_up() {
    let stream =
        StreamFaults { silent: 0.5, begins_in_the_present: 0.5, breaks: 0.01, ..StreamFaults::default() };
    through(&Plan { stream, ..Plan::quiet() }, "the stream tells nothing");
}

#[test]
fn bug_11_a_slot_with_another_blockhash_after_reconnect_is_taken_back() {
    let chain = ChainFaults { fork: 0.1, ..ChainFaults::default() };
    let stream = StreamFaults { breaks: 0.005, ..StreamFaults::default() };
    through(&Plan { chain, stream, ..Plan::quiet() }, "undone to Some");
}

#[test]
fn bug_12_memory_is_bounded_while_the_database_stalls() {
    let database = DatabaseFaults { stalls: 0.3, ..DatabaseFaults::default() };
    through(&Plan { database, busy: 20, ..Plan::quiet() }, "the database stalls");
}

#[test]
fn bug_13_a_consumer_that_is_cut_off_goes_on_where_it_stands() {
    let database = DatabaseFaults { stalls: 0.3, ..DatabaseFaults::default() };
    through(&Plan { database, busy: 10, ..Plan::quiet() }, "a slow consumer is cut off");
}

#[test]
fn a_standby_takes_over_when_the_writer_crashes() {
    let process = ProcessFaults { crash: 60, standby: true, ..ProcessFaults::default() };
    through(&Plan { process, faulty: Duration::from_secs(60), ..Plan::quiet() }, "crashed");
}
