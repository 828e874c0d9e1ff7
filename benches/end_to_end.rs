//! A drawn world from its scenario to its verdict, with each batching strategy: engine, mock, journal and judge.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sim::{
    population::{Profile, draw},
    simulate::{STRATEGIES, play},
};

const VISITORS: u32 = 200;

fn end_to_end(criterion: &mut Criterion) {
    let population = draw(Profile::Qualified, 1, VISITORS);
    let mut group = criterion.benchmark_group("end_to_end");
    group.throughput(Throughput::Elements(u64::from(VISITORS)));
    for (strategy, name) in STRATEGIES {
        let played = play(&population, strategy).expect("a drawn world can be played");
        assert!(played.findings.is_empty(), "{name}: {:#?}", played.findings);
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| play(&population, strategy));
        });
    }
    group.finish();
}

fn drawing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("drawing");
    group.throughput(Throughput::Elements(u64::from(VISITORS)));
    group.bench_function("a world", |bencher| {
        bencher.iter(|| draw(Profile::Qualified, 1, VISITORS));
    });
    group.finish();
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    targets = end_to_end, drawing
}
criterion_main!(group);
