//! Random commands, from small pools of names so that they often meet.

use eks_emulator_api::eks::AddonIssueCode;
use eks_emulator_core::lifecycle::{
    After, Change, Outcome, Profile, ResourceKind, RuleHome, TransitionRule,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::{Answer, Driver, FOREIGN_ROLE, OTHER_ROLE, ROLE, issue, text};

/// One step of a random run.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// A call whose input is known beforehand.
    Call(&'static str, Value),
    /// A call on the association with this number, among those there are.
    OnAssociation(&'static str, usize, Value),
    /// A call on the update with this number, of an add-on or the cluster.
    DescribeUpdate(Option<&'static str>, usize),
    /// A tag operation on the association with this number, on an add-on, or
    /// on the cluster.
    OnTags(&'static str, Tagged),
    SetConflicts(&'static str, bool),
    SetRules(Vec<TransitionRule>),
    Complete(Option<&'static str>),
    CompleteAll,
    WaitMs(i64),
}

/// What is tagged.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tagged {
    Cluster,
    Addon(&'static str),
    Association(usize),
}

const ADDONS: [&str; 5] = [
    "acme-agent",
    "adot",
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "coredns",
];
/// Add-on, namespace and service account.
const SERVICE_ACCOUNTS: [(&str, &str, &str); 7] = [
    ("acme-agent", "acme-system", "acme"),
    (
        "adot",
        "opentelemetry-operator-system",
        "adot-col-prom-metrics",
    ),
    (
        "adot",
        "opentelemetry-operator-system",
        "adot-col-otlp-ingest",
    ),
    (
        "adot",
        "opentelemetry-operator-system",
        "adot-col-container-logs",
    ),
    ("aws-ebs-csi-driver", "kube-system", "ebs-csi-controller-sa"),
    ("aws-efs-csi-driver", "kube-system", "efs-csi-controller-sa"),
    ("aws-efs-csi-driver", "kube-system", "efs-csi-node-sa"),
];

impl Command {
    /// Performs the command; `None` if it is not a call of the API.
    pub(crate) fn perform(&self, driver: &mut Driver) -> Option<Answer> {
        match self {
            Self::Call("CreateCluster", input) => {
                return Some(driver.create_cluster(input.clone()));
            }
            Self::Call(operation, input) => return Some(driver.call(operation, input.clone())),
            Self::OnAssociation(operation, number, input) => {
                let mut input = input.clone();
                input["associationId"] = association_id(driver, *number).into();
                return Some(driver.call(operation, input));
            }
            Self::DescribeUpdate(addon_name, number) => {
                let id = update_id(driver, *addon_name, *number);
                let input = json!({ "addonName": addon_name, "updateId": id });
                return Some(driver.call("DescribeUpdate", input));
            }
            Self::OnTags(operation, tagged) => {
                let arn = arn(driver, *tagged);
                let input = json!({
                    "resourceArn": arn, "tags": { "team": "blue" }, "tagKeys": ["team"],
                });
                return Some(driver.call(operation, input));
            }
            Self::SetConflicts(addon_name, are_there) => {
                let fields: &[&str] = if *are_there {
                    &["ConfigMap coredns - .data.Corefile"]
                } else {
                    &[]
                };
                driver.set_conflicts(addon_name, fields);
            }
            Self::SetRules(rules) => driver.lifecycle.rules.clone_from(rules),
            Self::Complete(addon_name) => driver.complete(*addon_name),
            Self::CompleteAll => driver.complete_all(),
            Self::WaitMs(milliseconds) => driver.wait_ms(*milliseconds),
        }
        None
    }

    /// Whether the command may move statuses although it fails: a read may be
    /// the last that a transition waits for.
    pub(crate) fn is_counted_read(&self) -> bool {
        match self {
            Self::Call(operation, _) => operation.starts_with("Describe"),
            Self::DescribeUpdate(..) => true,
            _ => false,
        }
    }
}

fn association_id(driver: &mut Driver, number: usize) -> String {
    let listed = driver
        .call("ListPodIdentityAssociations", json!({}))
        .unwrap_or_default();
    let ids = listed["associations"].as_array().map_or(0, Vec::len);
    match ids {
        0 => "a-stubassocid123456".into(),
        count => text(&listed["associations"][number % count]["associationId"]),
    }
}

fn update_id(driver: &mut Driver, addon_name: Option<&str>, number: usize) -> String {
    let listed = driver.call("ListUpdates", json!({ "addonName": addon_name }));
    let ids = listed
        .map(|mut listed| listed["updateIds"].take())
        .unwrap_or_default();
    match ids.as_array().map_or(0, Vec::len) {
        0 => "c00d2de2-c2e4-3d30-929e-46b8edec2ce4".into(),
        count => text(&ids[number % count]),
    }
}

/// The add-on's real ARN is known only to those who may read it, and reading
/// may move it: the ARN that its associations name has to do.
fn arn(driver: &mut Driver, tagged: Tagged) -> String {
    let prefix = "arn:aws:eks:us-east-1:111122223333";
    match tagged {
        Tagged::Cluster => format!("{prefix}:cluster/demo"),
        Tagged::Association(number) => {
            let id = association_id(driver, number);
            format!("{prefix}:podidentityassociation/demo/{id}")
        }
        Tagged::Addon(addon_name) => {
            let listed = driver
                .call("ListPodIdentityAssociations", json!({}))
                .unwrap_or_default();
            let owners = listed["associations"].as_array().into_iter().flatten();
            let owner = owners
                .filter_map(|association| association["ownerArn"].as_str())
                .find(|owner| owner.contains(addon_name));
            owner.map_or_else(
                || format!("{prefix}:addon/demo/{addon_name}/0"),
                str::to_owned,
            )
        }
    }
}

/// A profile of each kind.
pub(crate) fn profile() -> impl Strategy<Value = Profile> {
    prop_oneof![
        Just(Profile::Instant),
        Just(Profile::Realistic { time_scale: 60.0 }),
        Just(Profile::Manual { reads: None }),
        (0..3_u32).prop_map(|reads| Profile::Manual { reads: Some(reads) }),
    ]
}

/// One command.
pub(crate) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => cluster_call(),
        10 => addon_call(),
        5 => association_call(),
        3 => read(),
        2 => (select(&ADDONS[..]), any::<bool>())
            .prop_map(|(addon, are_there)| Command::SetConflicts(addon, are_there)),
        2 => rules().prop_map(Command::SetRules),
        1 => one_addon_or_none().prop_map(Command::Complete),
        1 => Just(Command::CompleteAll),
        3 => prop_oneof![1..2_000_i64, 2_000..30_000_i64].prop_map(Command::WaitMs),
    ]
}

fn one_addon_or_none() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![Just(None), select(&ADDONS[..]).prop_map(Some)]
}

fn token() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => Just(Value::Null),
        1 => select(vec![json!("token-1"), json!("token-2")]),
    ]
}

fn role() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        9 => select(vec![ROLE, OTHER_ROLE]),
        1 => select(vec![FOREIGN_ROLE, "", "reader"]),
    ]
}

fn cluster_call() -> impl Strategy<Value = Command> {
    let create =
        (select(vec!["1.34", "1.34", "1.35", "2.0"]), token()).prop_map(|(version, token)| {
            let input = json!({ "version": version, "clientRequestToken": token });
            Command::Call("CreateCluster", input)
        });
    let version = (select(vec!["1.34", "1.35", "1.36", "2.0"]), token());
    prop_oneof![
        4 => create,
        1 => Just(Command::Call("DeleteCluster", json!({}))),
        2 => (configuration(), token()).prop_map(|(mut input, token)| {
            input["clientRequestToken"] = token;
            Command::Call("UpdateClusterConfig", input)
        }),
        3 => version.prop_map(|(version, token)| {
            let input = json!({ "version": version, "clientRequestToken": token });
            Command::Call("UpdateClusterVersion", input)
        }),
    ]
}

fn configuration() -> impl Strategy<Value = Value> {
    let logging = json!({ "clusterLogging": [{ "types": ["api"], "enabled": true }] });
    select(vec![
        json!({}),
        json!({ "logging": logging }),
        json!({ "logging": logging, "deletionProtection": true }),
        json!({ "deletionProtection": true }),
        json!({ "deletionProtection": false }),
        json!({ "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } }),
        json!({ "accessConfig": { "authenticationMode": "API" } }),
        json!({ "resourcesVpcConfig": { "endpointPrivateAccess": true } }),
        json!({ "resourcesVpcConfig": { "subnetIds": ["subnet-1"] } }),
        json!({ "zonalShiftConfig": { "enabled": true } }),
    ])
}

/// A part of the add-on's service accounts, now and then with a strange one.
fn owned(addon: &str, members: u8, role_arn: &str, is_strange: bool) -> Value {
    let own = SERVICE_ACCOUNTS
        .iter()
        .filter(|(owner, ..)| *owner == addon);
    let chosen = own
        .enumerate()
        .filter(|(index, _)| members & (1 << index) != 0);
    let strange = is_strange.then_some("default");
    let names = chosen
        .map(|(_, (.., service_account))| *service_account)
        .chain(strange);
    names
        .map(|name| json!({ "serviceAccount": name, "roleArn": role_arn }))
        .collect()
}

fn addon_input() -> impl Strategy<Value = Value> {
    let resolve = select(vec![
        Value::Null,
        "NONE".into(),
        "OVERWRITE".into(),
        "PRESERVE".into(),
    ]);
    let version = prop_oneof![6 => Just(Value::Null), 1 => Just(json!("v1.64.0-eksbuild.1"))];
    let service_role = prop_oneof![3 => Just(Value::Null), 1 => role().prop_map(Value::from)];
    let list = proptest::option::of((any::<u8>(), role(), proptest::bool::weighted(0.1)));
    let given = (
        select(&ADDONS[..]),
        list,
        resolve,
        version,
        service_role,
        token(),
    );
    given.prop_map(|(addon, list, resolve, version, service_role, token)| {
        let list = list.map(|(members, role, is_strange)| owned(addon, members, role, is_strange));
        json!({
            "addonName": addon, "podIdentityAssociations": list, "addonVersion": version,
            "resolveConflicts": resolve, "serviceAccountRoleArn": service_role,
            "clientRequestToken": token,
        })
    })
}

fn addon_call() -> impl Strategy<Value = Command> {
    let delete = (select(&ADDONS[..]), any::<bool>())
        .prop_map(|(addon, preserve)| json!({ "addonName": addon, "preserve": preserve }));
    prop_oneof![
        4 => addon_input().prop_map(|input| Command::Call("CreateAddon", input)),
        6 => addon_input().prop_map(|input| Command::Call("UpdateAddon", input)),
        2 => delete.prop_map(|input| Command::Call("DeleteAddon", input)),
    ]
}

fn association_call() -> impl Strategy<Value = Command> {
    let create = (select(&SERVICE_ACCOUNTS[..]), any::<u8>(), role(), token()).prop_map(
        |((_, namespace, service_account), elsewhere, role, token)| {
            let namespace = if elsewhere < 32 { "default" } else { namespace };
            let input = json!({
                "namespace": namespace, "serviceAccount": service_account, "roleArn": role,
                "clientRequestToken": token,
            });
            Command::Call("CreatePodIdentityAssociation", input)
        },
    );
    let update = (0..8_usize, role(), token()).prop_map(|(number, role, token)| {
        let input = json!({ "roleArn": role, "clientRequestToken": token });
        Command::OnAssociation("UpdatePodIdentityAssociation", number, input)
    });
    let delete = (0..8_usize).prop_map(|number| {
        Command::OnAssociation("DeletePodIdentityAssociation", number, json!({}))
    });
    let tagged = prop_oneof![
        Just(Tagged::Cluster),
        select(&ADDONS[..]).prop_map(Tagged::Addon),
        (0..8_usize).prop_map(Tagged::Association),
    ];
    let tags = (
        select(vec!["TagResource", "UntagResource", "ListTagsForResource"]),
        tagged,
    )
        .prop_map(|(operation, tagged)| Command::OnTags(operation, tagged));
    prop_oneof![4 => create, 2 => update, 2 => delete, 2 => tags]
}

fn read() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Call("DescribeCluster", json!({}))),
        Just(Command::Call("ListAddons", json!({ "maxResults": 2 }))),
        Just(Command::Call(
            "ListPodIdentityAssociations",
            json!({ "maxResults": 2 })
        )),
        select(&ADDONS[..])
            .prop_map(|addon| Command::Call("DescribeAddon", json!({ "addonName": addon }))),
        (one_addon_or_none(), 0..4_usize)
            .prop_map(|(addon, number)| Command::DescribeUpdate(addon, number)),
    ]
}

fn rules() -> impl Strategy<Value = Vec<TransitionRule>> {
    proptest::collection::vec(rule(), 0..3)
}

fn rule() -> impl Strategy<Value = TransitionRule> {
    let issues = vec![issue(AddonIssueCode::AccessDenied, "no")];
    let outcome = select(vec![
        Outcome::Success,
        Outcome::Failure(issues.clone()),
        Outcome::Degraded(issues),
    ]);
    let after = select(vec![
        None,
        Some(After::Immediately),
        Some(After::DurationMs(5_000)),
        Some(After::Reads(1)),
        Some(After::Told),
    ]);
    let change = select(vec![Change::Create, Change::Update, Change::Delete]);
    let resource = select(vec![
        ResourceKind::Cluster,
        ResourceKind::Addon,
        ResourceKind::Addon,
    ]);
    let rule = (resource, one_addon_or_none(), change, after, outcome);
    rule.prop_map(|(resource, addon, change, after, outcome)| TransitionRule {
        name: None,
        home: RuleHome::default(),
        resource,
        cluster_name: None,
        addon_name: addon.map(str::to_owned),
        change,
        after,
        outcome,
    })
}
