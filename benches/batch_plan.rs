//! What a visitor costs in API calls: each batching strategy over one drawn world, with no outage, and with outages in
//! place of one and of five calls in a hundred. The counts are exact, and are checked before anything is timed.

use std::{fmt::Write as _, time::Duration};

use benches::with_outages;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scenarios::ast::BatchStrategy;
use sim::{
    population::{Population, Profile, draw},
    simulate::{Played, STRATEGIES, play},
};

const VISITORS: u32 = 1_000;
const OUTAGES_PERCENT: [usize; 3] = [0, 1, 5];

/// A world with outages in place of so many of a hundred of its calls.
fn world(strategy: BatchStrategy, percent: usize) -> Population {
    let mut population = draw(Profile::Qualified, 1, VISITORS);
    if percent > 0 {
        let calls = played(&population, strategy).score.api_calls;
        let calls = usize::try_from(calls).unwrap_or(usize::MAX);
        with_outages(&mut population, (calls * percent).div_ceil(100));
    }
    population
}

fn played(population: &Population, strategy: BatchStrategy) -> Played {
    play(population, strategy).expect("a drawn world can be played")
}

fn batch_plan(criterion: &mut Criterion) {
    let mut table =
        String::from("calls for 1,000 visitors\n\nstrategy      outages      calls  duplicates\n");
    let (mut fewest, mut created) = (u64::MAX, None);
    for (strategy, name) in STRATEGIES {
        for percent in OUTAGES_PERCENT {
            let world = world(strategy, percent);
            let score = played(&world, strategy).score;
            assert_eq!(
                score,
                played(&world, strategy).score,
                "{name}: the same world, other counts"
            );
            assert_eq!(score.duplicates_created, 0, "{name} with {percent} % outages");
            assert_eq!(
                score.created,
                *created.get_or_insert(score.created),
                "{name} with {percent} % outages"
            );
            if percent == 0 {
                fewest = fewest.min(score.api_calls);
            }
            let row = (percent, score.api_calls, score.duplicates_created);
            writeln!(table, "{name:<12} {:>6} % {:>10} {:>11}", row.0, row.1, row.2)
                .expect("a text takes a line");
        }
    }
    assert!(fewest < u64::from(VISITORS), "no strategy needs less than one call a visitor");
    show(&table);
    let mut group = criterion.benchmark_group("batch_plan");
    group.throughput(Throughput::Elements(u64::from(VISITORS)));
    for (strategy, name) in STRATEGIES {
        let world = world(strategy, 1);
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| played(&world, strategy).score.api_calls);
        });
    }
    group.finish();
}

#[expect(clippy::print_stdout, reason = "the table is what the bench is for")]
fn show(table: &str) {
    println!("{table}");
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    targets = batch_plan
}
criterion_main!(group);
