//! The shared map against a map of the standard library.

use std::collections::BTreeMap;
use std::ops::Bound;

use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{Difference, SharedMap};

#[derive(Clone, Debug)]
enum Step {
    Insert(u16, u8),
    Change(u16, u8),
    Remove(u16),
    RemoveFirst,
    KeepMultiplesOf(u16),
    /// The present state is remembered as the earlier one.
    Remember,
}

/// Keys come in runs, so that chunks fill up, split, empty and join.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = || 0..600_u16;
    let run = |each: fn(u16, u8) -> Step| {
        (key(), 1..120_u16, any::<u8>(), any::<bool>()).prop_map(
            move |(from, length, value, ascends)| {
                let keys = from..from + length;
                let keys: Vec<u16> = if ascends {
                    keys.collect()
                } else {
                    keys.rev().collect()
                };
                keys.into_iter().map(|key| each(key, value)).collect()
            },
        )
    };
    let few = prop_oneof![
        4 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
        4 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Change(key, value)),
        4 => key().prop_map(Step::Remove),
        2 => Just(Step::RemoveFirst),
        1 => (1..5_u16).prop_map(Step::KeepMultiplesOf),
        4 => Just(Step::Remember),
    ];
    let part = prop_oneof![
        3 => run(Step::Insert),
        2 => run(|key, _| Step::Remove(key)),
        4 => proptest::collection::vec(few, 1..20),
    ];
    proptest::collection::vec(part, 1..12).prop_map(|parts| parts.concat())
}

type Model = BTreeMap<u16, u8>;

fn perform(map: &mut SharedMap<u16, u8>, model: &mut Model, step: &Step) {
    match step {
        Step::Insert(key, value) => {
            map.insert(*key, *value);
            model.insert(*key, *value);
        }
        Step::Change(key, value) => {
            let (one, other) = (map.get_mut(key), model.get_mut(key));
            assert_eq!(one, other);
            if let (Some(one), Some(other)) = (one, other) {
                *one = *value;
                *other = *value;
            }
        }
        Step::Remove(key) => assert_eq!(map.remove(key), model.remove(key)),
        Step::RemoveFirst => {
            let first = map.first().map(|(key, value)| (*key, *value));
            if let Some((key, _)) = first {
                map.remove(&key);
            }
            assert_eq!(first, model.pop_first());
        }
        Step::KeepMultiplesOf(number) => {
            map.retain(|key, _| key % number == 0);
            model.retain(|key, _| key % number == 0);
        }
        Step::Remember => {}
    }
}

fn check(map: &SharedMap<u16, u8>, model: &Model) {
    map.check();
    assert_eq!(map.len(), model.len());
    assert!(map.iter().eq(model.iter()));
    assert!(map.keys().eq(model.keys()) && map.values().eq(model.values()));
    assert_eq!(map.last(), model.last_key_value());
    for key in (0..720).step_by(7) {
        assert_eq!(map.get(&key), model.get(&key));
        assert_eq!(map.contains_key(&key), model.contains_key(&key));
        assert!(map.from(Bound::Included(&key)).eq(model.range(key..)));
        let behind = (Bound::Excluded(key), Bound::Unbounded);
        assert!(map.from(Bound::Excluded(&key)).eq(model.range(behind)));
    }
    assert!(map.from(Bound::Unbounded::<&u16>).eq(model.iter()));
    assert_eq!(format!("{map:?}"), format!("{model:?}"));
}

/// The differences of two maps, found by looking at all of them.
fn differences(before: &Model, now: &Model) -> Vec<(u16, Option<u8>, Option<u8>)> {
    let keys = before
        .keys()
        .chain(now.keys().filter(|key| !before.contains_key(key)));
    let mut all: Vec<_> = keys
        .map(|key| (*key, before.get(key).copied(), now.get(key).copied()))
        .filter(|(_, before, now)| before != now)
        .collect();
    all.sort_unstable();
    all
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(400) })]

    #[test]
    fn a_shared_map_is_a_map_and_its_clones_stay_as_they_were(steps in steps()) {
        let (mut map, mut model) = (SharedMap::default(), Model::new());
        let (mut earlier, mut earlier_model) = (map.clone(), model.clone());
        for step in &steps {
            perform(&mut map, &mut model, step);
            map.check();
            if matches!(step, Step::Remember) {
                check(&map, &model);
                check(&earlier, &earlier_model);
                let found = map.differences(&earlier).map(|difference| match difference {
                    Difference::Added(now) => (now.key, None, Some(*now.value)),
                    Difference::Removed(before) => (before.key, Some(*before.value), None),
                    Difference::Changed { before, now } => {
                        (now.key, Some(*before.value), Some(*now.value))
                    }
                });
                let wanted = differences(&earlier_model, &model);
                assert_eq!(map == earlier, wanted.is_empty());
                assert_eq!(found.collect::<Vec<_>>(), wanted);
                (earlier, earlier_model) = (map.clone(), model.clone());
            }
        }
        check(&map, &model);
        let text = serde_json::to_string(&map).expect("it serializes");
        let read: SharedMap<u16, u8> = serde_json::from_str(&text).expect("it reads back");
        check(&read, &model);
        assert!(read == map);
    }
}

#[test]
fn a_change_after_a_clone_copies_one_chunk() {
    let mut map: SharedMap<u32, u32> = SharedMap::default();
    for key in 0..5_000 {
        map.insert(key, 0);
    }
    let earlier = map.clone();
    assert_eq!(map.chunks_apart(&earlier), (79, 0));
    if let Some(value) = map.get_mut(&2_500) {
        *value = 1;
    }
    assert_eq!(map.chunks_apart(&earlier), (79, 1));
}

#[test]
fn a_list_with_a_key_twice_is_refused() {
    let read = serde_json::from_str::<SharedMap<u8, u8>>("[[1, 2], [1, 3]]");
    let error = read.map_err(|error| error.to_string());
    assert_eq!(
        error.err().as_deref(),
        Some("the list has the same key twice at line 1 column 16")
    );
}
