//! Sessions: who is behind a key, until when, and what shows.

use eks_emulator_core::iam::IamMode;
use eks_emulator_core::iam::sts::CallerError;

use crate::support::{ACCOUNT, assume, at, root, store};

const PLACE: (&str, &str) = ("aws", ACCOUNT);

#[test]
fn a_key_stands_for_its_session_until_it_ends() {
    let mut store = store(IamMode::Lenient);
    let root = root(&store);
    let keys = assume(&mut store, &root, "one");
    let token = keys.session_token.0.as_str();
    let caller = |seconds| store.caller(at(seconds), &keys.access_key_id, Some(token), PLACE);
    let found = caller(3_599).unwrap();
    assert_eq!(found.arn, "arn:aws:sts::111122223333:assumed-role/R/one");
    assert!(found.user_id.ends_with(":one"), "{}", found.user_id);
    assert_eq!(caller(3_600), Err(CallerError::ExpiredToken));
    assert_eq!(caller(1_000_000), Err(CallerError::ExpiredToken));
}

#[test]
fn a_key_without_its_token_is_worth_nothing() {
    let mut store = store(IamMode::Lenient);
    let root = root(&store);
    let (one, two) = (
        assume(&mut store, &root, "one"),
        assume(&mut store, &root, "two"),
    );
    for token in [
        None,
        Some(""),
        Some("x"),
        Some(two.session_token.0.as_str()),
    ] {
        let caller = store.caller(at(0), &one.access_key_id, token, PLACE);
        assert_eq!(caller, Err(CallerError::InvalidToken), "{token:?}");
    }
}

/// The token is looked at first: who does not have it learns nothing.
#[test]
fn an_ended_session_with_a_wrong_token_is_invalid() {
    let mut store = store(IamMode::Lenient);
    let root = root(&store);
    let keys = assume(&mut store, &root, "one");
    let caller = store.caller(at(4_000), &keys.access_key_id, Some("x"), PLACE);
    assert_eq!(caller, Err(CallerError::InvalidToken));
}

#[test]
fn keys_that_nobody_gave_out_are_the_accounts_except_temporary_ones_in_strict_mode() {
    let temporary = "ASIAABCDEFGHIJKLMNOP";
    for (mode, key, expected) in [
        (
            IamMode::Lenient,
            "test",
            Ok("arn:aws:iam::111122223333:root"),
        ),
        (
            IamMode::Strict,
            "test",
            Ok("arn:aws:iam::111122223333:root"),
        ),
        (
            IamMode::Lenient,
            temporary,
            Ok("arn:aws:iam::111122223333:root"),
        ),
        (IamMode::Strict, temporary, Err(CallerError::InvalidToken)),
    ] {
        let store = store(mode);
        let caller = store.caller(at(0), key, Some("any"), PLACE);
        let arn = caller.as_ref().map(|caller| caller.arn.as_str());
        assert_eq!(arn, expected.as_ref().copied(), "{mode:?} {key}");
    }
}

#[test]
fn the_same_seed_gives_the_same_keys() {
    let mut given = Vec::new();
    for _ in 0..2 {
        let mut store = store(IamMode::Lenient);
        let root = root(&store);
        let keys = assume(&mut store, &root, "one");
        given.push((
            keys.access_key_id,
            keys.secret_access_key.0,
            keys.session_token.0,
        ));
    }
    assert_eq!(given[0], given[1]);
}

#[test]
fn many_keys_are_all_different_and_well_formed() {
    let mut store = store(IamMode::Lenient);
    let root = root(&store);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..500 {
        let keys = assume(&mut store, &root, "one");
        let id = keys.access_key_id;
        assert!(id.len() == 20 && id.starts_with("ASIA"), "{id}");
        assert_eq!(keys.secret_access_key.0.len(), 40);
        assert!(keys.session_token.0.starts_with("IQoJb3JpZ2luX2Vj"));
        assert!(seen.insert(id));
        assert!(seen.insert(keys.secret_access_key.0));
        assert!(seen.insert(keys.session_token.0));
    }
}

#[test]
fn secrets_do_not_show() {
    let mut store = store(IamMode::Lenient);
    let root = root(&store);
    let keys = assume(&mut store, &root, "one");
    for shown in [
        format!("{store:?}"),
        format!("{keys:?}"),
        format!("{root:?}"),
    ] {
        assert!(!shown.contains(&keys.session_token.0), "{shown}");
        assert!(!shown.contains(&keys.secret_access_key.0), "{shown}");
    }
}
