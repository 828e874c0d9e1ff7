//! Who owns a new lead? The decision alone, for each row of its table.

use std::{collections::BTreeMap, hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use engine::{
    Batching, Config, KnownOrg, Mapping, Met, Neighbours, OwnerFacts, Packages, RetryPolicy, Rule,
    Settings, UserId, decide_owner,
};

fn config() -> Config {
    let active = ["org", "dana", "eve"].map(UserId::from);
    Config {
        org_user: "org".into(),
        integration_user: "org".into(),
        reps: BTreeMap::new(),
        mapping: Mapping::default(),
        campaign_mapping: None,
        experiences: BTreeMap::new(),
        settings: Settings::default(),
        retry: RetryPolicy::default(),
        batching: Batching::default(),
        org: KnownOrg { active_users: active.into(), ..KnownOrg::default() },
        packages: Packages::default(),
        playback_base: "https://play.example/r".to_owned(),
        playback_secret: 1,
        fillers: Vec::new(),
        liaison: None,
        signals: None,
        neighbours: Neighbours::default(),
    }
}

fn met(rep: &str, is_connected: bool) -> Met {
    Met { rep: rep.into(), connection: is_connected.then(|| UserId::from(rep)) }
}

fn owner_decision(criterion: &mut Criterion) {
    let config = config();
    let rows = [
        (
            "mapped",
            OwnerFacts { mapped: Some("eve".into()), ..OwnerFacts::default() },
            Rule::OwnerMapped,
        ),
        (
            "manual creator",
            OwnerFacts { creator: Some(met("dana", true)), ..OwnerFacts::default() },
            Rule::ManualCreator,
        ),
        (
            "chat rep",
            OwnerFacts {
                first_chat: Some(met("dana", true)),
                last_chat: Some(met("dana", true)),
                meeting: Some(met("eve", true)),
                ..OwnerFacts::default()
            },
            Rule::ChatRep,
        ),
        (
            "meeting rep",
            OwnerFacts {
                first_chat: Some(met("bo", false)),
                last_chat: Some(met("bo", false)),
                meeting: Some(met("eve", true)),
                ..OwnerFacts::default()
            },
            Rule::MeetingRep,
        ),
        (
            "nobody connected",
            OwnerFacts {
                first_chat: Some(met("bo", false)),
                last_chat: Some(met("bo", false)),
                ..OwnerFacts::default()
            },
            Rule::RepNotConnected,
        ),
        ("experience only", OwnerFacts::default(), Rule::ExperienceOnly),
    ];
    let mut group = criterion.benchmark_group("owner_decision");
    for (name, facts, because) in rows {
        assert_eq!(decide_owner(&facts, &config).because, because, "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| decide_owner(black_box(&facts), black_box(&config)));
        });
    }
    group.finish();
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(500));
    targets = owner_decision
}
criterion_main!(group);
