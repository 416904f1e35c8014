//! Identities: all of them or those of one account, as documents and changes.

use eks_emulator_api::Timestamp;
use eks_emulator_api::sts::{AssumeRoleRequest, Credentials};
use eks_emulator_core::iam::{AccountState, IamMode, IdentityChanges, IdentityStore};
use eks_emulator_core::state;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::iam::command::{Call, call};
use crate::iam::support::{ACCOUNT, Iam, START_MS};
use crate::runs::{config, read, text};

const OTHER_ACCOUNT: &str = "999988887777";

/// One step of a random run.
#[derive(Clone, Debug)]
enum Step {
    /// A call of IAM, in the other account or not.
    Iam(bool, Call),
    /// Credentials of a role, in the other account or not.
    Assume(bool, &'static str),
    WaitHours(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let role = prop::sample::select(vec!["a", "b"]);
    let step = prop_oneof![
        6 => (any::<bool>(), call()).prop_map(|(other, call)| Step::Iam(other, call)),
        3 => (any::<bool>(), role).prop_map(|(other, role)| Step::Assume(other, role)),
        1 => (1..20_i64).prop_map(Step::WaitHours),
    ];
    prop::collection::vec(step, 1..60)
}

/// The identities of two accounts with a clock.
#[derive(Clone)]
struct Identities {
    store: IdentityStore,
    now: Timestamp,
}

fn account_id(is_other: bool) -> &'static str {
    if is_other { OTHER_ACCOUNT } else { ACCOUNT }
}

impl Identities {
    fn new(seed: u64) -> Self {
        Self {
            store: IdentityStore::new(IamMode::Lenient, seed),
            now: Timestamp::from_milliseconds(START_MS),
        }
    }

    fn perform(&mut self, step: &Step) -> String {
        match step {
            Step::Iam(is_other, (name, input)) => {
                let account = self.store.account("aws", account_id(*is_other));
                let mut iam = Iam {
                    account: account.clone(),
                    now: self.now,
                };
                let answer = iam.call(name, input.clone());
                *self.store.account("aws", account_id(*is_other)) = iam.account;
                format!("{answer:?}")
            }
            Step::Assume(is_other, role) => format!("{:?}", self.assume(*is_other, role)),
            Step::WaitHours(hours) => {
                self.now = self.now.plus_milliseconds(hours * 3_600_000);
                String::new()
            }
        }
    }

    /// The credentials, secrets and all, as text.
    fn assume(&mut self, is_other: bool, role: &str) -> String {
        let account = account_id(is_other);
        let caller = self
            .store
            .caller(self.now, "AKIAIOSFODNN7EXAMPLE", None, ("aws", account))
            .expect("it is the root user");
        let input: AssumeRoleRequest = serde_json::from_value(json!({
            "RoleArn": format!("arn:aws:iam::{account}:role/{role}"),
            "RoleSessionName": "session",
            "Tags": [{ "Key": "team", "Value": "blue" }],
        }))
        .expect("the input decodes");
        let answer = self.store.assume_role(self.now, &caller, &input);
        let credentials = answer.map(|answer| answer.credentials);
        credentials.map_or_else(
            |error| format!("{error:?}"),
            |credentials| text(&credentials),
        )
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn identities_that_are_read_back_are_equal_and_go_on_alike(
        seed in any::<u64>(),
        steps in steps(),
        further in steps(),
    ) {
        let mut original = Identities::new(seed);
        for step in &steps {
            original.perform(step);
        }
        let written = text(&original.store);
        let mut restored = Identities {
            store: read(&written),
            ..original.clone()
        };
        prop_assert!(restored.store == original.store, "reading back loses something");
        prop_assert_eq!(text(&restored.store), written);
        for step in &further {
            prop_assert_eq!(restored.perform(step), original.perform(step));
        }
        prop_assert_eq!(text(&restored.store), text(&original.store));
    }

    #[test]
    fn earlier_identities_and_the_changes_are_the_present_ones(
        seed in any::<u64>(),
        steps in steps(),
        every in 1..6_usize,
    ) {
        let mut identities = Identities::new(seed);
        let mut earlier = identities.store.clone();
        let mut replica = earlier.clone();
        for steps in steps.chunks(every) {
            for step in steps {
                identities.perform(step);
            }
            let changes = identities.store.changes_since(&earlier);
            prop_assert_eq!(changes.is_none(), identities.store == earlier);
            if let Some(changes) = changes {
                let changes: IdentityChanges = read(&text(&changes));
                prop_assert_eq!(replica.apply(changes), Ok(()));
            }
            prop_assert!(replica == identities.store, "the changes do not lead to the present");
            prop_assert_eq!(text(&replica), text(&identities.store));
            prop_assert_eq!(replica.check_invariants(), Ok(()));
            earlier = identities.store.clone();
        }
    }

    /// What happens to one account leaves the other alone.
    #[test]
    fn an_account_is_taken_back_alone(
        seed in any::<u64>(),
        steps in steps(),
        further in steps(),
    ) {
        let mut identities = Identities::new(seed);
        for step in &steps {
            identities.perform(step);
        }
        let before = identities.store.export_account("aws", ACCOUNT);
        let written = text(&before);
        for step in &further {
            identities.perform(step);
        }
        let other = text(&identities.store.export_account("aws", OTHER_ACCOUNT));
        match read::<Option<AccountState>>(&written) {
            Some(state) => {
                prop_assert_eq!(state.account(), ("aws", ACCOUNT));
                prop_assert_eq!(identities.store.import_account(state), Ok(()));
            }
            None => identities.store.remove_account("aws", ACCOUNT),
        }
        prop_assert_eq!(text(&identities.store.export_account("aws", ACCOUNT)), written);
        prop_assert_eq!(text(&identities.store.export_account("aws", OTHER_ACCOUNT)), other);
        prop_assert_eq!(identities.store.check_invariants(), Ok(()));
    }
}

/// A store with the role `a` and credentials of it.
fn with_credentials(seed: u64) -> (Identities, Credentials) {
    let mut identities = Identities::new(seed);
    let credentials = identities.assume(false, "a");
    (identities, read(&credentials))
}

#[test]
fn credentials_work_after_an_import_elsewhere() {
    let (from, credentials) = with_credentials(7);
    let mut to = Identities::new(8);
    let state = from.store.export_account("aws", ACCOUNT);
    to.store
        .import_account(state.expect("the account has been used"))
        .expect("the state is possible");
    let token = credentials.session_token.0.as_str();
    let place = ("aws", OTHER_ACCOUNT);
    let caller = to
        .store
        .caller(to.now, &credentials.access_key_id, Some(token), place)
        .expect("the session is known");
    assert_eq!(
        caller.arn,
        "arn:aws:sts::111122223333:assumed-role/a/session"
    );
    assert_eq!(to.store.accounts().collect::<Vec<_>>(), [("aws", ACCOUNT)]);
    to.store.remove_account("aws", ACCOUNT);
    assert_eq!(to.store.accounts().next(), None);
    assert!(to.store == Identities::new(8).store);
}

/// Accounts that come from emulators of the same seed have their own keys.
#[test]
fn accounts_of_two_emulators_can_be_imported_into_one() {
    let (mut one, mut other) = (Identities::new(7), Identities::new(7));
    one.assume(false, "a");
    other.assume(true, "a");
    let mut both = Identities::new(7);
    for (identities, account) in [(&one, ACCOUNT), (&other, OTHER_ACCOUNT)] {
        let state = identities.store.export_account("aws", account);
        let state = state.expect("the account has been used");
        assert_eq!(both.store.import_account(state), Ok(()));
    }
    assert_eq!(both.store.accounts().count(), 2);
}

#[test]
fn secrets_are_in_documents_and_not_in_debug_texts() {
    let (identities, credentials) = with_credentials(7);
    let token = credentials.session_token.0.as_str();
    let state = identities.store.export_account("aws", ACCOUNT);
    let changes = identities
        .store
        .changes_since(&Identities::new(7).store)
        .expect("something has changed");
    for document in [text(&identities.store), text(&state), text(&changes)] {
        assert!(document.contains(token), "{document}");
    }
    for shown in [
        format!("{:?}", identities.store),
        format!("{state:?}"),
        format!("{changes:?}"),
    ] {
        assert!(!shown.contains(token), "{shown}");
    }
}

#[test]
fn impossible_identities_are_refused() {
    let (mut identities, _) = with_credentials(7);
    let call = json!({ "RoleName": "a", "AssumeRolePolicyDocument": crate::iam::support::POD_IDENTITY_TRUST });
    identities.perform(&Step::Iam(false, ("CreateRole", call)));
    let document: Value = serde_json::from_str(&text(&identities.store)).expect("it is JSON");
    let role = document["accounts"][0]["roles"][0].clone();
    for (pointer, value, sentence) in [
        (
            "/accounts",
            json!([]),
            "is a session of account 111122223333, which is not there",
        ),
        (
            "/accounts/0/roles/0/0",
            json!("b"),
            "account 111122223333: a role, policy or provider is filed under another name",
        ),
        (
            "/accounts/0/roles/0/1/trust",
            json!("{"),
            "accounts[0].roles[0][1].trust: this is no trust policy",
        ),
        (
            "/accounts/0/roles",
            json!([role, role]),
            "accounts[0].roles: the list has the same key twice",
        ),
        ("/mode", json!("strict"), "or of another mode"),
        ("/seed", json!(7), "seed: invalid type"),
    ] {
        let mut document = document.clone();
        *document.pointer_mut(pointer).expect("the place is there") = value;
        let error = state::from_json::<IdentityStore>(&document.to_string());
        let error = error
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.contains(sentence), "{error}");
    }
}

#[test]
fn a_session_of_another_account_is_not_imported() {
    let (mut identities, _) = with_credentials(7);
    let state = identities.store.export_account("aws", ACCOUNT);
    let mut document: Value = serde_json::from_str(&text(&state)).expect("it is JSON");
    document["iam"]["accountId"] = json!(OTHER_ACCOUNT);
    let before = identities.store.clone();
    let error = identities.store.import_account(read(&document.to_string()));
    let error = error
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(
        error.ends_with("is a session of account 111122223333, not of 999988887777"),
        "{error}"
    );
    assert!(identities.store == before, "a refusal changes nothing");
}
