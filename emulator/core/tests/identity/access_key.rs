//! What requests are signed with, by access key.

use eks_emulator_api::Sensitive;
use eks_emulator_core::iam::seed::SeededAccessKey;
use eks_emulator_core::iam::sts::CallerError;
use eks_emulator_core::iam::{IamMode, IdentityStore};

use crate::support::{ACCOUNT, assume, root, store};

const SEEDED: &str = "AKIAEXAMPLE000000001";

fn with_key(secret: Option<&str>) -> IdentityStore {
    let mut store = store(IamMode::Lenient);
    let holder = SeededAccessKey {
        partition: "aws".into(),
        account_id: ACCOUNT.into(),
        principal_arn: format!("arn:aws:iam::{ACCOUNT}:root"),
        secret_access_key: secret.map(|secret| Sensitive(secret.to_owned())),
    };
    store.seed_access_key(SEEDED, holder);
    store
}

#[test]
fn a_key_of_a_seed_has_the_secret_that_the_seed_says() {
    let secret = |store: &IdentityStore| store.secret_access_key(SEEDED, None).map(str::to_owned);
    assert_eq!(secret(&with_key(Some("own"))).as_deref(), Ok("own"));
    assert_eq!(secret(&with_key(None)).as_deref(), Ok("test"));
    assert!(!format!("{:?}", with_key(Some("own-secret"))).contains("own-secret"));
}

#[test]
fn ids_of_accounts_and_test_have_the_secret_of_tools_without_one() {
    let store = with_key(None);
    for id in ["test", "111122223333", "000000000000"] {
        assert_eq!(store.secret_access_key(id, None), Ok("test"), "{id}");
    }
}

#[test]
fn a_session_has_the_secret_that_it_was_given_out_with() {
    let mut store = store(IamMode::Lenient);
    let root = root(&store);
    let keys = assume(&mut store, &root, "one");
    let (id, token) = (&keys.access_key_id, keys.session_token.0.as_str());
    let secret = store.secret_access_key(id, Some(token));
    assert_eq!(secret, Ok(keys.secret_access_key.0.as_str()));
    for token in [None, Some(""), Some("x")] {
        let secret = store.secret_access_key(id, token);
        assert_eq!(secret, Err(CallerError::InvalidToken), "{token:?}");
    }
}

#[test]
fn other_keys_are_not_known_and_keys_without_session_have_no_token() {
    let store = with_key(None);
    for id in [
        "",
        "tes",
        "Test",
        "11112222333",
        "1111222233334",
        "11112222333a",
        "ASIAABCDEFGHIJKLMNOP",
        "AKIAEXAMPLE000000002",
    ] {
        let secret = store.secret_access_key(id, None);
        assert_eq!(secret, Err(CallerError::InvalidToken), "{id}");
    }
    for id in ["test", "111122223333", SEEDED] {
        let secret = store.secret_access_key(id, Some("token"));
        assert_eq!(secret, Err(CallerError::InvalidToken), "{id}");
    }
}

/// A document from before signatures were checked.
#[test]
fn a_session_without_a_secret_signs_nothing() {
    let mut store = store(IamMode::Lenient);
    let root = root(&store);
    let keys = assume(&mut store, &root, "one");
    let mut document = serde_json::to_value(&store).unwrap();
    let session = &mut document["sessions"][&keys.access_key_id];
    let removed = session.as_object_mut().unwrap().remove("secretAccessKey");
    assert_eq!(removed.unwrap(), keys.secret_access_key.0.as_str());
    let read: IdentityStore = serde_json::from_value(document).unwrap();
    let token = Some(keys.session_token.0.as_str());
    let secret = read.secret_access_key(&keys.access_key_id, token);
    assert_eq!(secret, Err(CallerError::InvalidToken));
}
