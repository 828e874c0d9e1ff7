//! A world out of a CSV export: from the file to the org, through the path of any scenario.

use std::{fmt::Write as _, io::Write as _, time::Duration};

use benches::email;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scenarios::ast::{Connections, CsvSetup, EngineSetup, Scenario, UnknownOwners, UserSetup};
use sim::{RunOptions, run_scenario};

const ROWS: [u32; 2] = [1_000, 100_000];

fn export(rows: u32) -> String {
    let mut text = String::from("LASTNAME,COMPANY,EMAIL,PHONE,DESCRIPTION,LASTMODIFIEDDATE\n");
    for row in 0..rows {
        writeln!(
            text,
            "Person {row},\"Company, {}\",{},+1 555 {row:07},\"said\n\"\"hello\"\"\",2026-01-05T09:00:00.000Z",
            row % 1_000,
            email(row)
        )
        .expect("a text takes what is written");
    }
    text
}

fn scenario(path: &str) -> Scenario {
    let mut scenario = Scenario { id: "bench/csv".into(), ..Scenario::default() };
    scenario.world.users = vec![UserSetup::new("org_user", "Site Integration")];
    scenario.world.csv = vec![CsvSetup {
        object: "Lead".into(),
        file: path.into(),
        path: path.to_owned(),
        unknown_owners: UnknownOwners::Error,
    }];
    scenario.engine = EngineSetup {
        connections: Connections { org_user: Some("org_user".into()), ..Connections::default() },
        ..EngineSetup::default()
    };
    scenario
}

fn csv_import(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("csv_import");
    for rows in ROWS {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(export(rows).as_bytes()).expect("the file takes its text");
        let scenario = scenario(&file.path().to_string_lossy());
        let outcome = run_scenario(&scenario, &RunOptions::default()).expect("the export is sound");
        let leads = outcome.observation.changes.iter().filter(|change| &*change.object == "Lead");
        assert_eq!(leads.count(), rows as usize);
        group.throughput(Throughput::Elements(u64::from(rows)));
        group.bench_function(BenchmarkId::from_parameter(rows), |bencher| {
            bencher.iter(|| {
                run_scenario(&scenario, &RunOptions::default()).map(|it| it.observation.ended)
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    targets = csv_import
}
criterion_main!(group);
