//! What holds for any pod.

use eks_emulator_core::kubernetes::admission::{Lookup, Mutation};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{ROLE, WEBHOOK, account, annotations, associated, decide};

/// Names that mean something to the webhook.
const NAMES: &[&str] = &[
    "app",
    "",
    "aws-iam-token",
    "eks-pod-identity-token",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// Members that the webhook reads, to meet them in wild documents.
const MEMBERS: &[&str] = &[
    "metadata",
    "labels",
    "annotations",
    "spec",
    "containers",
    "initContainers",
    "volumes",
    "env",
    "volumeMounts",
    "name",
    "resources",
    "serviceAccountName",
    "nodeSelector",
    "eks.amazonaws.com/skip-containers",
    "eks.amazonaws.com/token-expiration",
    "request",
    "object",
];

fn wild() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,5}".prop_map(Value::from),
        prop::sample::select(NAMES).prop_map(Value::from),
    ];
    leaf.prop_recursive(7, 80, 5, |inner| {
        let member = prop::sample::select(MEMBERS).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(member, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A member that may be there, be null or be missing.
fn member(
    name: &'static str,
    value: BoxedStrategy<Value>,
) -> BoxedStrategy<Option<(String, Value)>> {
    let value =
        prop_oneof![4 => value.prop_map(Some), 1 => Just(Some(Value::Null)), 1 => Just(None)];
    value
        .prop_map(move |value| Some((name.to_owned(), value?)))
        .boxed()
}

fn object(members: Vec<BoxedStrategy<Option<(String, Value)>>>) -> BoxedStrategy<Value> {
    let members = members.prop_map(|all| all.into_iter().flatten().collect::<Map<_, _>>());
    members.prop_map(Value::Object).boxed()
}

fn list(element: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(element, 0..4)
        .prop_map(Value::from)
        .boxed()
}

fn named() -> BoxedStrategy<Value> {
    let name = prop::sample::select(NAMES);
    name.prop_map(|name| json!({"name": name})).boxed()
}

fn map_of_texts(keys: &'static [&'static str], values: &'static str) -> BoxedStrategy<Value> {
    let entries = prop::collection::btree_map(prop::sample::select(keys), values, 0..3);
    entries.prop_map(|entries| json!(entries)).boxed()
}

/// A document that decodes as a pod.
fn sound() -> BoxedStrategy<Value> {
    let container = object(vec![
        member("name", "(app|sidecar)".prop_map(Value::from).boxed()),
        member("env", list(named())),
        member("volumeMounts", list(named())),
        member("resources", Just(json!({"limits": {"cpu": "1"}})).boxed()),
        member("somethingNew", Just(json!({"kept": true})).boxed()),
    ]);
    let spec = object(vec![
        member(
            "serviceAccountName",
            "(worker)?".prop_map(Value::from).boxed(),
        ),
        member("containers", list(container.clone())),
        member("initContainers", list(container)),
        member("volumes", list(named())),
        member(
            "nodeSelector",
            map_of_texts(&["kubernetes.io/os"], "(windows|linux)"),
        ),
    ]);
    let annotations = map_of_texts(
        &[
            "eks.amazonaws.com/skip-containers",
            "eks.amazonaws.com/token-expiration",
        ],
        "(sidecar|app,sidecar|\"|[0-9]{1,6})",
    );
    let metadata = object(vec![
        member("labels", map_of_texts(&["app"], "[a-z]{0,3}")),
        member("annotations", annotations),
    ]);
    (metadata, spec)
        .prop_map(|(metadata, spec)| json!({"kind": "Pod", "metadata": metadata, "spec": spec}))
        .boxed()
}

fn lookups() -> impl Strategy<Value = Lookup> {
    let annotations = prop_oneof![
        Just(Some(annotations(&[("role-arn", ROLE)]))),
        Just(Some(annotations(&[
            ("role-arn", ROLE),
            ("token-expiration", "700")
        ]))),
        Just(None),
    ];
    (any::<bool>(), annotations, any::<u64>()).prop_map(
        |(association_exists, service_account, random)| Lookup {
            association_exists,
            service_account,
            random,
        },
    )
}

fn applied_elsewhere(mutation: &Mutation, pod: &Value) -> Value {
    let Some(patch) = mutation.patch() else {
        return pod.clone();
    };
    let patch: json_patch::Patch =
        serde_json::from_value(serde_json::to_value(patch).unwrap()).unwrap();
    let mut applied = pod.clone();
    match json_patch::patch(&mut applied, &patch) {
        Ok(()) => applied,
        Err(_) => pod.clone(),
    }
}

proptest! {
    #[test]
    fn no_document_is_too_wild(pod in wild(), lookup in lookups()) {
        let mutation = decide(&pod, &lookup).mutation;
        prop_assert_eq!(mutation.mutate(&pod), applied_elsewhere(&mutation, &pod));
    }

    #[test]
    fn no_body_is_too_wild(body in wild(), cut in any::<prop::sample::Index>()) {
        let body = json!({"request": {"object": body}}).to_string();
        let cut = cut.index(body.len() + 1);
        let whole = WEBHOOK.review(Some("application/json"), body.as_bytes(), |_, _| associated(&[]));
        let part = &body.as_bytes()[..cut];
        let part = WEBHOOK.review(Some("application/json"), part, |_, _| associated(&[]));
        for answer in [whole, part] {
            let review: Value = serde_json::from_slice(&answer.body).unwrap();
            prop_assert!(review["response"]["allowed"].is_boolean());
        }
    }

    #[test]
    fn no_bytes_are_too_wild(body in prop::collection::vec(any::<u8>(), 0..40)) {
        for body in [body.clone(), [b"{".as_slice(), &body].concat()] {
            let answer = WEBHOOK.review(Some("application/json"), &body, |_, _| account(&[]));
            let review: Value = serde_json::from_slice(&answer.body).unwrap();
            prop_assert_eq!(&review["response"]["allowed"], &json!(false));
        }
    }

    #[test]
    fn a_sound_pod_is_mutated_once_and_not_twice(pod in sound(), lookup in lookups()) {
        let first = decide(&pod, &lookup).mutation;
        let once = first.mutate(&pod);
        prop_assert_eq!(&once, &applied_elsewhere(&first, &pod));
        let twice = decide(&once, &lookup).mutation.mutate(&once);
        prop_assert_eq!(&twice, &once);
    }

    #[test]
    fn nothing_but_the_named_places_changes(pod in sound(), lookup in lookups()) {
        let mut before = pod.clone();
        let mut after = decide(&pod, &lookup).mutation.mutate(&pod);
        for document in [&mut before, &mut after] {
            for (parent, member) in [
                ("/metadata", "labels"),
                ("/spec", "volumes"),
                ("/spec", "containers"),
                ("/spec", "initContainers"),
            ] {
                if let Some(Value::Object(members)) = document.pointer_mut(parent) {
                    members.remove(member);
                }
            }
        }
        prop_assert_eq!(before, after);
    }

    #[test]
    fn a_default_lifetime_is_spread_over_two_hours(random in any::<u64>()) {
        let lookup = Lookup { random, ..associated(&[]) };
        let Mutation::PodIdentity { expiration_seconds, .. } = decide(&json!({}), &lookup).mutation else {
            return Err(TestCaseError::fail("not container credentials"));
        };
        prop_assert!((79_200..=86_400).contains(&expiration_seconds));
    }
}
