//! Random policies and requests that have a good chance to meet.

use eks_emulator_core::iam::trust_policy::{Action, Principal};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::reference::DATES;
use crate::support::{identity, pods, session};

const ISSUER: &str = "arn:aws:iam::111122223333:oidc-provider/o/id/A";

/// A kind of values, with the operators and the key for it.
struct Family {
    key: &'static str,
    operators: &'static [&'static str],
    values: fn() -> BoxedStrategy<String>,
}

const FAMILIES: [Family; 8] = [
    Family {
        key: "aws:RequestTag/team",
        operators: &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ],
        values: strings,
    },
    Family {
        key: "aws:PrincipalTag/team",
        operators: &["StringEquals", "StringNotEquals", "StringLike"],
        values: strings,
    },
    Family {
        key: "aws:SourceArn",
        operators: &["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
        values: arns,
    },
    Family {
        key: "x:number",
        operators: &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        values: || of(&["1", "2", "1.0", "-1", "2.5", "x", ""]),
    },
    Family {
        key: "aws:CurrentTime",
        operators: &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        values: || {
            select(&DATES[..])
                .prop_map(|(date, _)| date.to_owned())
                .boxed()
        },
    },
    Family {
        key: "aws:SecureTransport",
        operators: &["Bool"],
        values: || of(&["true", "false", "True", "x", ""]),
    },
    Family {
        key: "aws:SourceIp",
        operators: &["IpAddress", "NotIpAddress"],
        values: || {
            of(&[
                "10.0.0.1",
                "10.0.0.0/8",
                "10.1.2.3",
                "10.0.0.0/31",
                "0.0.0.0/0",
                "2001:db8::1",
                "2001:db8::/32",
                "::/0",
                "x",
            ])
        },
    },
    Family {
        key: "x:bytes",
        operators: &["BinaryEquals"],
        values: || of(&["YQ==", "Yg==", ""]),
    },
];

fn of(values: &'static [&'static str]) -> BoxedStrategy<String> {
    select(values).prop_map(str::to_owned).boxed()
}

fn strings() -> BoxedStrategy<String> {
    let pieces = &[
        "a",
        "b",
        "A",
        "a",
        "b",
        "*",
        "?",
        "$",
        "{",
        "}",
        "${",
        "${*}",
        "${?}",
        "${$}",
        "${aws:PrincipalTag/team}",
        "${AWS:RequestTag/Team}",
        "${x:none}",
        "${x:none, 'a'}",
        "${aws:PrincipalTag/team, 'b'}",
    ];
    let texts = proptest::collection::vec(select(&pieces[..]), 0..4);
    // Long texts rarely equal each other; these often do.
    let short = of(&[
        "a",
        "a",
        "b",
        "*",
        "?",
        "a*",
        "${*}",
        "${aws:PrincipalTag/team}",
        "${AWS:RequestTag/Team}",
        "${x:none, 'a'}",
        "${aws:PrincipalTag/team, 'b'}",
    ]);
    prop_oneof![short, texts.prop_map(|pieces| pieces.concat())].boxed()
}

fn arns() -> BoxedStrategy<String> {
    let part = select(&["a", "b", "*", "?", "", "aa", "${aws:PrincipalTag/team}"][..]);
    let arn = (
        proptest::collection::vec(part, 4..=5),
        select(&["a", "a:b", "*", "a*", "?:b", "*:b"][..]),
    );
    let arn = arn.prop_map(|(parts, resource)| format!("arn:{}:{resource}", parts.join(":")));
    prop_oneof![8 => arn, 1 => of(&["*", "arn:*", "a", ""])].boxed()
}

/// One condition: an operator's name, a key and values.
fn condition() -> impl Strategy<Value = (String, String, Value)> {
    (0..FAMILIES.len()).prop_flat_map(|index| {
        let family = &FAMILIES[index];
        let operator = (
            select(&["", "", "ForAllValues:", "ForAnyValue:"][..]),
            prop_oneof![8 => select(family.operators), 1 => Just("Null")],
            select(&["", "", "IfExists"][..]),
        );
        let operator = operator.prop_map(|(set, name, suffix)| match name {
            "Null" => format!("{set}{name}"),
            name => format!("{set}{name}{suffix}"),
        });
        let value = prop_oneof![8 => (family.values)(), 1 => of(&["true", "false"])];
        let key = select(vec![family.key.to_owned(), family.key.to_uppercase()]);
        let values = proptest::collection::vec(value, 0..3);
        (operator, key, values).prop_map(|(operator, key, values)| {
            // A date has to be in the table of the reference.
            let is_date = operator.contains("Date");
            let values: Vec<String> = values
                .into_iter()
                .filter(|value| !is_date || DATES.iter().any(|(date, _)| date == value))
                .collect();
            let is_single = values.len() == 1;
            let value = if is_single {
                json!(values[0])
            } else {
                json!(values)
            };
            (operator, key, value)
        })
    })
}

/// A policy that allows everything under exactly one condition.
pub(crate) fn policy_of_one_condition() -> impl Strategy<Value = Value> {
    condition().prop_map(|(operator, key, value)| {
        json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": "*", "Action": "sts:*",
            "Condition": { operator: { key: value } },
        }]})
    })
}

fn conditions() -> impl Strategy<Value = Value> {
    proptest::collection::vec(condition(), 0..3).prop_map(|conditions| {
        let mut block = json!({});
        for (operator, key, value) in conditions {
            block[operator][key] = value;
        }
        block
    })
}

fn principal_element() -> impl Strategy<Value = Value> {
    let aws = select(vec![
        "111122223333",
        "999988887777",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:user/dana",
        "arn:aws:iam::111122223333:role/team/reader",
        "arn:aws:sts::111122223333:assumed-role/reader/s1",
        "*",
    ]);
    let service = select(vec!["pods.eks.amazonaws.com", "ec2.amazonaws.com"]);
    let federated = select(vec![ISSUER, "cognito-identity.amazonaws.com"]);
    prop_oneof![
        6 => Just(json!("*")),
        3 => proptest::collection::vec(aws.clone(), 1..3).prop_map(|aws| json!({ "AWS": aws })),
        3 => service.prop_map(|service| json!({ "Service": service })),
        1 => federated.prop_map(|federated| json!({ "Federated": federated })),
        1 => (aws, service_pair()).prop_map(|(aws, service)| json!({ "AWS": aws, "Service": service })),
    ]
}

fn service_pair() -> impl Strategy<Value = Value> {
    Just(json!(["ec2.amazonaws.com", "pods.eks.amazonaws.com"]))
}

fn statement() -> impl Strategy<Value = Value> {
    let actions = select(vec![
        "sts:*",
        "sts:*",
        "sts:*",
        "sts:AssumeRole",
        "STS:assumerole",
        "sts:TagSession",
        "sts:Assume*",
        "sts:AssumeRoleWithWebIdentity",
        "sts:???Session",
        "sts:SetSourceIdentity",
    ]);
    (
        select(vec!["Allow", "Allow", "Deny"]),
        principal_element(),
        select(vec!["Action", "Action", "Action", "NotAction"]),
        proptest::collection::vec(actions, 1..3),
        conditions(),
    )
        .prop_map(|(effect, principal, element, actions, conditions)| {
            json!({
                "Effect": effect, "Principal": principal, element: actions, "Condition": conditions,
            })
        })
}

/// A well-formed policy.
pub(crate) fn policy() -> impl Strategy<Value = Value> {
    (
        select(vec!["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"]),
        proptest::collection::vec(statement(), 1..4),
    )
        .prop_map(|(version, statements)| json!({ "Version": version, "Statement": statements }))
}

/// Someone that such policies may name.
pub(crate) fn principal() -> impl Strategy<Value = Principal> {
    select(vec![
        pods(),
        session(),
        identity("arn:aws:iam::111122223333:user/dana"),
        identity("arn:aws:iam::111122223333:root"),
        Principal::Federated(ISSUER.into()),
    ])
}

/// An action of a request.
pub(crate) fn action() -> impl Strategy<Value = Action> {
    select(vec![
        Action::AssumeRole,
        Action::TagSession,
        Action::AssumeRoleWithWebIdentity,
        Action::SetSourceIdentity,
    ])
}

/// Keys with no, one or several values, in mixed case.
pub(crate) fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let pair = (0..FAMILIES.len()).prop_flat_map(|index| {
        let family = &FAMILIES[index];
        let key = select(vec![family.key.to_owned(), family.key.to_lowercase()]);
        (key, (family.values)())
    });
    proptest::collection::vec(pair, 0..10)
}
