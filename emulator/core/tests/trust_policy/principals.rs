//! Whom a statement is about, and which actions.

use eks_emulator_core::iam::trust_policy::{
    Action, Decision, Principal, PrincipalPattern, TrustPolicy,
};

use crate::support::{evaluate, identity, pods, session};

fn is_allowed(principals: &str, principal: Principal) -> bool {
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principals},"Action":"sts:AssumeRole"}}]}}"#
    );
    evaluate(&policy, principal, Action::AssumeRole, &[]).decision == Decision::Allow
}

const ISSUER: &str =
    "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABC";

#[test]
#[rustfmt::skip]
fn principals_of_aws_accounts() {
    let user = || identity("arn:aws:iam::111122223333:user/a/dana");
    let root = || identity("arn:aws:iam::111122223333:root");
    let role = || identity("arn:aws:iam::111122223333:role/team/reader");
    let foreign = || Principal::Aws {
        account_id: "999988887777".into(),
        arn: "arn:aws:iam::999988887777:user/a/dana".into(),
        role_arn: None,
    };
    let cases: Vec<(&str, Principal, bool)> = vec![
        (r#""*""#, user(), true),
        (r#""*""#, pods(), true),
        (r#""*""#, Principal::Federated(ISSUER.into()), true),
        (r#"{"AWS":"*"}"#, session(), true),
        (r#"{"AWS":"111122223333"}"#, user(), true),
        (r#"{"AWS":"111122223333"}"#, root(), true),
        (r#"{"AWS":"111122223333"}"#, session(), true),
        (r#"{"AWS":"111122223333"}"#, foreign(), false),
        (r#"{"AWS":"111122223333"}"#, pods(), false),
        (r#"{"AWS":"111122223333"}"#, Principal::Federated(ISSUER.into()), false),
        (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, user(), true),
        (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, foreign(), false),
        (r#"{"AWS":"arn:aws:iam::111122223333:user/a/dana"}"#, user(), true),
        (r#"{"AWS":"arn:aws:iam::111122223333:user/a/dana"}"#, root(), false),
        (r#"{"AWS":"arn:aws:iam::111122223333:user/dana"}"#, user(), false),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/team/reader"}"#, role(), true),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/team/reader"}"#, session(), true),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/reader"}"#, session(), false),
        (r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/reader/s1"}"#, session(), true),
        (r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/reader/s2"}"#, session(), false),
        (r#"{"AWS":["999988887777","arn:aws:iam::111122223333:user/a/dana"]}"#, user(), true),
        (r#"{"AWS":["999988887777","arn:aws:iam::111122223333:user/a/dana"]}"#, foreign(), true),
        (r#"{"AWS":["999988887777"],"Service":"pods.eks.amazonaws.com"}"#, user(), false),
    ];
    for (principals, principal, expected) in cases {
        assert_eq!(is_allowed(principals, principal.clone()), expected, "{principals} {principal:?}");
    }
}

#[test]
#[rustfmt::skip]
fn services_and_identity_providers() {
    let web = |provider: &str| Principal::Federated(provider.into());
    let ec2 = || Principal::Service("ec2.amazonaws.com".into());
    let canonical = format!(r#"{{"CanonicalUser":"{}"}}"#, "0a".repeat(32));
    let issuer = format!(r#"{{"Federated":"{ISSUER}"}}"#);
    let cases: Vec<(&str, Principal, bool)> = vec![
        (r#"{"Service":"pods.eks.amazonaws.com"}"#, pods(), true),
        (r#"{"Service":"pods.eks.amazonaws.com"}"#, ec2(), false),
        (r#"{"Service":["ec2.amazonaws.com","pods.eks.amazonaws.com"]}"#, pods(), true),
        (r#"{"Service":["ec2.amazonaws.com","pods.eks.amazonaws.com"]}"#, ec2(), true),
        (r#"{"Service":"pods.eks.amazonaws.com","AWS":"111122223333"}"#, session(), true),
        (r#"{"Service":"pods.eks.amazonaws.com"}"#, session(), false),
        (&issuer, web(ISSUER), true),
        (&issuer, web("arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/DEF"), false),
        (&issuer, pods(), false),
        (r#"{"Federated":"cognito-identity.amazonaws.com"}"#, web("cognito-identity.amazonaws.com"), true),
        (&canonical, pods(), false),
        (&canonical, session(), false),
    ];
    for (principals, principal, expected) in cases {
        assert_eq!(is_allowed(principals, principal.clone()), expected, "{principals} {principal:?}");
    }
}

#[test]
#[rustfmt::skip]
fn actions() {
    let cases = [
        (r#""Action":"sts:AssumeRole""#, Action::AssumeRole, true),
        (r#""Action":"sts:AssumeRole""#, Action::TagSession, false),
        (r#""Action":"sts:AssumeRole""#, Action::AssumeRoleWithWebIdentity, false),
        (r#""Action":"STS:assumerole""#, Action::AssumeRole, true),
        (r#""Action":"sts:*""#, Action::TagSession, true),
        (r#""Action":"sts:*""#, Action::SetSourceIdentity, true),
        (r#""Action":"sts:Assume*""#, Action::AssumeRoleWithWebIdentity, true),
        (r#""Action":"sts:Assume*""#, Action::TagSession, false),
        (r#""Action":"sts:?agSession""#, Action::TagSession, true),
        (r#""Action":["sts:AssumeRole","sts:TagSession"]"#, Action::TagSession, true),
        (r#""Action":["sts:AssumeRole","sts:TagSession"]"#, Action::SetSourceIdentity, false),
        (r#""NotAction":"sts:TagSession""#, Action::TagSession, false),
        (r#""NotAction":"sts:TagSession""#, Action::AssumeRole, true),
        (r#""NotAction":["sts:Assume*","sts:Set*"]"#, Action::TagSession, true),
        (r#""NotAction":["sts:Assume*","sts:Set*"]"#, Action::SetSourceIdentity, false),
    ];
    for (element, action, expected) in cases {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":"*",{element}}}}}"#
        );
        let is_allowed = evaluate(&policy, pods(), action, &[]).is_allowed();
        assert_eq!(is_allowed, expected, "{element} {action:?}");
    }
}

#[test]
fn the_named_principals_are_listed_in_order() {
    let policy = TrustPolicy::parse(
        r#"{"Statement":[
            {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","AWS":["arn:aws:iam::111122223333:role/b","arn:aws-cn:iam::111122223333:root"]},"Action":"sts:AssumeRole"},
            {"Effect":"Deny","Principal":"*","Action":"sts:TagSession"}]}"#,
    )
    .unwrap();
    let listed: Vec<PrincipalPattern> = policy.principals().cloned().collect();
    let expected = [
        PrincipalPattern::Service("ec2.amazonaws.com".into()),
        PrincipalPattern::Identity("arn:aws:iam::111122223333:role/b".into()),
        PrincipalPattern::Account("111122223333".into()),
        PrincipalPattern::Everyone,
    ];
    assert_eq!(listed, expected);
}
