//! Which rule decides, and what is said about it.

use eks_emulator_core::kubernetes::admission::{Lookup, Mutation, Reason};
use serde_json::{Value, json};

use crate::support::{ROLE, account, associated, decide, pod};

/// The steps as lines: rule, effect, text.
fn told(pod: &Value, lookup: &Lookup) -> Vec<String> {
    let steps = decide(pod, lookup).steps;
    steps
        .iter()
        .map(|step| {
            format!(
                "{} {}: {}",
                step.rule.as_str(),
                step.effect.as_str(),
                step.text
            )
        })
        .collect()
}

fn with(mut pod: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    pod.pointer_mut(parent).unwrap()[member] = value;
    pod
}

fn reason(pod: &Value, lookup: &Lookup) -> Reason {
    match decide(pod, lookup).mutation {
        Mutation::None { reason } => reason,
        other => panic!("mutated: {other:?}"),
    }
}

const SENT: &str = "objectSelector passes: the pod does not have the label \
    eks.amazonaws.com/skip-pod-identity-webhook: it is sent to the webhook";

#[test]
fn an_association_decides_before_the_role() {
    let lookup = associated(&[("role-arn", ROLE)]);
    assert_eq!(
        told(&pod(), &lookup),
        [
            SENT,
            "association decides: an association exists for reports/worker: \
             container credentials are injected",
            "roleAnnotation ignored: service account annotation eks.amazonaws.com/role-arn is \
             arn:aws:iam::111122223333:role/reports/reader: \
             not considered, since container credentials match",
            "tokenExpiration sets: the token would live for the default of 86400 seconds: \
             79200 is drawn between 79200 and 86400",
            "label changes: the pod gets the label eks.amazonaws.com/pod-identity=enabled",
            "volume changes: the pod gets the volume eks-pod-identity-token \
             with a token that lives for 79200 seconds",
            "container changes: container app: AWS_STS_REGIONAL_ENDPOINTS added, \
             AWS_DEFAULT_REGION added, AWS_REGION added, \
             AWS_CONTAINER_CREDENTIALS_FULL_URI added, \
             AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE added, eks-pod-identity-token mounted",
        ]
    );
}

#[test]
fn without_an_association_the_role_decides() {
    let decision = decide(&pod(), &account(&[("role-arn", ROLE)]));
    let Mutation::Irsa {
        role_arn,
        audience,
        expiration_seconds,
        ..
    } = decision.mutation
    else {
        panic!("{decision:?}");
    };
    assert_eq!(role_arn, ROLE);
    assert_eq!(audience, "sts.amazonaws.com");
    assert_eq!(expiration_seconds, 86400);
    assert_eq!(
        told(&pod(), &account(&[("role-arn", ROLE)]))[..3],
        [
            SENT,
            "association passes: no association exists for reports/worker",
            "roleAnnotation decides: service account annotation eks.amazonaws.com/role-arn is \
             arn:aws:iam::111122223333:role/reports/reader: a web identity (IRSA) is injected",
        ]
    );
}

#[test]
fn without_both_nothing_happens() {
    let cases = [
        (
            account(&[]),
            "service account reports/worker has no annotation eks.amazonaws.com/role-arn",
        ),
        (
            account(&[("role-arn", "")]),
            "annotation eks.amazonaws.com/role-arn of service account reports/worker is empty",
        ),
        (
            Lookup::default(),
            "there is no service account reports/worker",
        ),
    ];
    for (lookup, found) in cases {
        assert_eq!(reason(&pod(), &lookup), Reason::NoIdentity);
        let decision = decide(&pod(), &lookup);
        assert_eq!(decision.mutation.patch(), None);
        assert_eq!(decision.mutation.mutate(&pod()), pod());
        let last = told(&pod(), &lookup).pop().unwrap();
        assert_eq!(
            last,
            format!("roleAnnotation decides: {found}: nothing is injected")
        );
    }
}

#[test]
fn the_label_keeps_a_pod_from_the_webhook_whatever_its_value() {
    for value in ["true", "false", ""] {
        let labels = json!({"eks.amazonaws.com/skip-pod-identity-webhook": value});
        let pod = with(pod(), "/metadata/labels", labels);
        assert_eq!(reason(&pod, &associated(&[])), Reason::NotSelected);
        assert_eq!(
            told(&pod, &associated(&[])),
            ["objectSelector decides: the pod has the label \
              eks.amazonaws.com/skip-pod-identity-webhook: it is not sent to the webhook"]
        );
    }
}

#[test]
fn an_annotation_of_that_name_keeps_nothing() {
    let annotations = json!({"eks.amazonaws.com/skip-pod-identity-webhook": "true"});
    let pod = with(pod(), "/metadata/annotations", annotations);
    assert!(decide(&pod, &associated(&[])).mutation.patch().is_some());
}

#[test]
fn what_is_not_an_arn_is_told() {
    for wrong in [
        "reader",
        "arn:aws:iam::1111:role/reader",
        "arn:aws:iam::111122223333:user/reader",
        "arn:aws:iam:eu-west-1:111122223333:role/reader",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam::111122223333:role/a b",
        "arn:Aws:iam::111122223333:role/reader",
    ] {
        let told = told(&pod(), &account(&[("role-arn", wrong)]));
        let expected = format!(
            "roleAnnotation ignored: {wrong:?} is not the ARN of a role: \
             it is injected all the same"
        );
        assert_eq!(told[3], expected);
    }
    for right in [
        ROLE,
        "arn:aws-us-gov:iam::111122223333:role/a_b-c/d.e@f+g=h,i",
    ] {
        let told = told(&pod(), &account(&[("role-arn", right)]));
        assert!(told[3].starts_with("volume "), "{told:?}");
    }
}

#[test]
fn values_of_annotations_are_told() {
    let pod = with(
        pod(),
        "/metadata/annotations",
        json!({
            "eks.amazonaws.com/token-expiration": "1h",
            "eks.amazonaws.com/skip-containers": "sidecar,",
        }),
    );
    let pod = with(
        pod,
        "/spec/nodeSelector",
        json!({"kubernetes.io/os": "windows"}),
    );
    let lookup = account(&[
        ("role-arn", ROLE),
        ("token-expiration", "60"),
        ("sts-regional-endpoints", "false"),
    ]);
    assert_eq!(
        told(&pod, &lookup)[3..8],
        [
            "stsRegionalEndpoints sets: service account annotation \
             eks.amazonaws.com/sts-regional-endpoints is \"false\": \
             AWS_STS_REGIONAL_ENDPOINTS is not injected",
            "tokenExpiration sets: service account annotation \
             eks.amazonaws.com/token-expiration is \"60\": \
             raised to the least of 600 seconds",
            "tokenExpiration ignored: pod annotation eks.amazonaws.com/token-expiration \
             is \"1h\", which is not a number: not considered",
            "skipContainers sets: pod annotation eks.amazonaws.com/skip-containers \
             is \"sidecar,\": containers named [\"sidecar\", \"\"] are left alone",
            "operatingSystem sets: the node selector asks for Windows: \
             the token's path is given in its form",
        ]
    );
}

#[test]
fn containers_are_told_one_by_one() {
    let containers = json!([
        {"name": "full", "env": [{"name": "AWS_REGION"}, {"name": "AWS_STS_REGIONAL_ENDPOINTS"},
                                 {"name": "AWS_WEB_IDENTITY_TOKEN_FILE"}]},
        {"name": "half", "env": [{"name": "AWS_ROLE_ARN"}],
         "volumeMounts": [{"name": "aws-iam-token"}]},
        {"name": "sidecar"},
    ]);
    let pod = with(pod(), "/spec/containers", containers);
    let pod = with(pod, "/spec/initContainers", json!([{"name": "setup"}]));
    let skip = json!({"eks.amazonaws.com/skip-containers": "sidecar"});
    let pod = with(pod, "/metadata/annotations", skip);
    let pod = with(pod, "/spec/volumes", json!([{"name": "aws-iam-token"}]));
    let lookup = account(&[("role-arn", ROLE), ("sts-regional-endpoints", "0")]);
    assert_eq!(
        told(&pod, &lookup)[5..],
        [
            "volume keeps: the pod has a volume aws-iam-token already: it is left as it is",
            "container keeps: container full: left alone, \
             its credential, region and STS variables are set already",
            "container changes: container half: AWS_ROLE_ARN is set already, \
             AWS_DEFAULT_REGION added, AWS_REGION added, its mount aws-iam-token is kept",
            "container keeps: container sidecar: left alone, as an annotation asks",
            "initContainer changes: init container setup: AWS_DEFAULT_REGION added, \
             AWS_REGION added, AWS_ROLE_ARN added, AWS_WEB_IDENTITY_TOKEN_FILE added, \
             aws-iam-token mounted",
        ]
    );
    let decision = decide(&pod, &lookup);
    let named = decision
        .steps
        .iter()
        .filter_map(|step| step.container.as_deref());
    assert_eq!(
        named.collect::<Vec<_>>(),
        ["full", "half", "sidecar", "setup"]
    );
}

#[test]
fn the_list_of_names_to_skip_is_read_as_go_reads_records() {
    // Recorded from Go's encoding/csv.
    let cases: &[(&str, Option<&[&str]>)] = &[
        ("", None),
        ("a, b", Some(&["a", " b"])),
        ("\"a,b\",c", Some(&["a,b", "c"])),
        ("\"a\"\"b\"", Some(&["a\"b"])),
        ("a\"b", None),
        ("\"a", None),
        ("\"a\"b", None),
        ("\"a\" ,b", None),
        ("a\nb", Some(&["a"])),
        ("\n\r\na,b\nc", Some(&["a", "b"])),
        (",", Some(&["", ""])),
        ("a\r\nb", Some(&["a"])),
        ("a\r", Some(&["a"])),
        ("a\rb", Some(&["a\rb"])),
        ("\"a\r\nb\",c", Some(&["a\nb", "c"])),
        ("\"\"", Some(&[""])),
        ("\"a\n", None),
        ("\"a\"\nb", Some(&["a"])),
        ("\r", None),
        ("#a", Some(&["#a"])),
    ];
    for (value, names) in cases {
        let skip = json!({"eks.amazonaws.com/skip-containers": value});
        let pod = with(pod(), "/metadata/annotations", skip);
        let told = told(&pod, &account(&[("role-arn", ROLE)]));
        let expected = match names {
            Some(names) => format!(
                "skipContainers sets: pod annotation eks.amazonaws.com/skip-containers \
                 is {value:?}: containers named {names:?} are left alone"
            ),
            None => format!(
                "skipContainers ignored: pod annotation eks.amazonaws.com/skip-containers \
                 is {value:?}, which is not a record of comma separated values: not considered"
            ),
        };
        assert_eq!(told[3], expected);
    }
}

#[test]
fn a_patch_that_does_not_fit_leaves_the_pod_alone() {
    let pod = json!({"spec": {"containers": [{"name": "app"}]}});
    let mutation = decide(&pod, &associated(&[])).mutation;
    let error = mutation.patch().unwrap().apply(&pod).unwrap_err();
    assert_eq!(error.path, "/metadata/labels");
    assert_eq!(error.to_string(), "nothing to add to at /metadata/labels");
    assert_eq!(mutation.mutate(&pod), pod);
}

#[test]
fn what_does_not_decode_as_a_pod_is_told_in_the_words_of_go() {
    // Recorded from Go's encoding/json over k8s.io/api 0.34.
    let cases = [
        (json!("x"), "string into Go value of type v1.Pod"),
        (
            json!({"kind": {}}),
            "object into Go struct field Pod.TypeMeta.kind of type string",
        ),
        (
            json!({"metadata": "x"}),
            "string into Go struct field Pod.metadata of type v1.ObjectMeta",
        ),
        (
            json!({"metadata": {"labels": {"a": 1}}}),
            "number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            json!({"metadata": {"annotations": []}}),
            "array into Go struct field ObjectMeta.metadata.annotations of type map[string]string",
        ),
        (
            json!({"spec": "x"}),
            "string into Go struct field Pod.spec of type v1.PodSpec",
        ),
        (
            json!({"spec": {"containers": {}}}),
            "object into Go struct field PodSpec.spec.containers of type []v1.Container",
        ),
        (
            json!({"spec": {"containers": [1]}}),
            "number into Go struct field PodSpec.spec.containers of type v1.Container",
        ),
        (
            json!({"spec": {"containers": [{"name": true}]}}),
            "bool into Go struct field Container.spec.containers.name of type string",
        ),
        (
            json!({"spec": {"containers": [{"env": [{"name": 1}]}]}}),
            "number into Go struct field EnvVar.spec.containers.env.name of type string",
        ),
        (
            json!({"spec": {"containers": [{"resources": "x"}]}}),
            "string into Go struct field Container.spec.containers.resources \
             of type v1.ResourceRequirements",
        ),
        (
            json!({"spec": {"serviceAccountName": 1}}),
            "number into Go struct field PodSpec.spec.serviceAccountName of type string",
        ),
    ];
    for (pod, message) in cases {
        let message = format!("json: cannot unmarshal {message}");
        let expected = format!("podDecoding decides: it is not a pod to the webhook: {message}");
        assert_eq!(told(&pod, &associated(&[])), [SENT.to_owned(), expected]);
        assert_eq!(
            reason(&pod, &associated(&[])),
            Reason::NotDecodable { message }
        );
    }
}
