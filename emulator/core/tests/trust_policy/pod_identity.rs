//! What EKS looks at when an association is made.

use eks_emulator_core::iam::trust_policy::TrustPolicy;

fn allows(statements: &str) -> bool {
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    TrustPolicy::parse(&policy).unwrap().allows_pod_identity()
}

const BOTH: &str = r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}"#;

#[test]
#[rustfmt::skip]
fn association_check() {
    let with = |other: &str| format!("{BOTH},{other}");
    let cases: Vec<(String, bool)> = vec![
        (BOTH.into(), true),
        (r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}"#.into(), false),
        (r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:TagSession"}"#.into(), false),
        (r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:*"}"#.into(), true),
        (r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}"#.into(), false),
        (r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession"]}"#.into(), false),
        (r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"},
            {"Effect":"Allow","Principal":{"Service":["pods.eks.amazonaws.com"]},"Action":"sts:TagSession"}"#.into(), true),
        (r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],
            "Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-name":"never"}}}"#.into(), true),
        (with(r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/o/id/A"},"Action":"sts:AssumeRoleWithWebIdentity"}"#), true),
        (with(r#"{"Effect":"Deny","Principal":"*","Action":"sts:TagSession"}"#), false),
        (with(r#"{"Effect":"Deny","Principal":"*","Action":"sts:TagSession","Condition":{"Null":{"x:k":"true"}}}"#), true),
        (with(r#"{"Effect":"Deny","Principal":"*","Action":"sts:SetSourceIdentity"}"#), true),
        (with(r#"{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:*"}"#), true),
    ];
    for (statements, expected) in cases {
        assert_eq!(allows(&statements), expected, "{statements}");
    }
}
