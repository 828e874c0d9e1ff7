//! Drawn worlds from outside: the command, its thresholds, the file that it saves.

use std::{
    path::Path,
    process::{Command, Output},
};

use sim::{
    population::{Profile, draw},
    simulate::{STRATEGIES, play},
};

fn leadsim(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadsim"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The report without what the wall clock says.
fn counts(output: &Output) -> String {
    let text = stdout(output);
    let lines = text.lines().filter(|line| !line.starts_with("speed"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_was_planted_comes_true_with_every_strategy() {
    for seed in 1..=3 {
        let population = draw(Profile::Qualified, seed, 150);
        for (strategy, name) in STRATEGIES {
            let played = play(&population, strategy).unwrap();
            assert!(played.findings.is_empty(), "seed {seed}, {name}: {:#?}", played.findings);
            let score = &played.score;
            assert_eq!((score.wrong_matches, score.wrong_owners), (0, 0), "seed {seed}, {name}");
            assert_eq!(score.duplicates_created, 0, "seed {seed}, {name}");
            assert!(score.judged_matches > 100 && score.judged_owners > 30, "{score:?}");
        }
    }
}

#[test]
fn worlds_of_the_other_profiles_come_true_as_well() {
    let others = Profile::ALL.iter().filter(|it| **it != Profile::Qualified);
    for (profile, (strategy, name)) in
        others.flat_map(|it| STRATEGIES.map(|strategy| (*it, strategy)))
    {
        let played = play(&draw(profile, 1, 150), strategy).unwrap();
        assert!(played.findings.is_empty(), "{profile:?}, {name}: {:#?}", played.findings);
        let score = &played.score;
        assert_eq!((score.wrong_matches, score.wrong_owners), (0, 0), "{profile:?}, {name}");
        assert_eq!(score.duplicates_created, 0, "{profile:?}, {name}");
    }
}

#[test]
fn a_truth_that_is_not_so_is_counted_and_found() {
    let mut population = draw(Profile::Qualified, 1, 60);
    for truth in &mut population.truths {
        if let Some((_, owner)) = &mut truth.lead {
            *owner = "gone_1".into();
        }
    }
    let (strategy, _) = STRATEGIES[0];
    let score = play(&population, strategy).unwrap().score;
    assert!(score.judged_owners > 0);
    assert_eq!(score.wrong_owners, score.judged_owners);
}

#[test]
fn the_same_command_tells_the_same_counts_and_ends_with_0() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["simulate", "--seed", "7", "--visitors", "80", "--batching", "collections"];
    let (one, two) = (leadsim(folder.path(), &arguments), leadsim(folder.path(), &arguments));
    assert_eq!(one.status.code(), Some(0), "{}", stdout(&one));
    assert_eq!(counts(&one), counts(&two));
    let repeat = "repeat      leadsim simulate --seed 7 --visitors 80 --batching collections";
    assert_eq!(stdout(&one).lines().last(), Some(repeat));
}

#[test]
fn a_saved_world_is_a_scenario_that_runs_green() {
    let folder = tempfile::tempdir().unwrap();
    let save = ["simulate", "--visitors", "60", "--save", "drawn.scenario.yaml"];
    assert_eq!(leadsim(folder.path(), &save).status.code(), Some(0));
    let run = leadsim(folder.path(), &["run", "drawn.scenario.yaml"]);
    assert_eq!(run.status.code(), Some(0), "{}", stdout(&run));
    assert_eq!(stdout(&run).lines().last(), Some("1 passed, 0 failed"));
}

#[test]
fn a_held_figure_that_is_missed_ends_with_3_and_a_bound_that_means_nothing_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let with = |side: &str, bound: &str| {
        leadsim(folder.path(), &["simulate", "--visitors", "20", side, bound])
    };
    let held = with("--at-most", "duplicates_created=0,wrong_owners=0,findings=0");
    assert_eq!(held.status.code(), Some(0), "{}", stdout(&held));
    let missed = with("--at-most", "api_calls_per_visitor=0.1");
    assert_eq!(missed.status.code(), Some(3));
    assert!(stdout(&missed).contains("missed      api_calls_per_visitor should be at most 0.1"));
    let slow = with("--at-least", "visitors_per_s=1000x floor");
    assert_eq!(slow.status.code(), Some(3));
    for bound in ["duplicate_created=0", "visitors_per_s=5", "created=1x floor"] {
        let refused = with("--at-most", bound);
        assert_eq!(refused.status.code(), Some(2), "{bound}");
    }
    let unwritable = leadsim(
        folder.path(),
        &["simulate", "--visitors", "20", "--save", "no/such/folder/x.scenario.yaml"],
    );
    assert_eq!(unwritable.status.code(), Some(2));
}
