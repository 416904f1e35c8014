//! OpenID Connect providers.

use serde_json::{Value, json};

use crate::support::{Iam, START, column};

const ISSUER: &str = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";
const ARN: &str = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";
const THUMBPRINT: &str = "0123456789abcdef0123456789abcdef01234567";

fn with_provider() -> Iam {
    let mut iam = Iam::lenient();
    iam.ok(
        "CreateOpenIDConnectProvider",
        json!({
            "Url": format!("https://{ISSUER}"),
            "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": [THUMBPRINT],
        }),
    );
    iam
}

fn provider(iam: &mut Iam) -> Value {
    iam.ok(
        "GetOpenIDConnectProvider",
        json!({ "OpenIDConnectProviderArn": ARN }),
    )
}

#[test]
fn a_provider_is_made_from_its_url() {
    let mut iam = Iam::lenient();
    let answer = iam.ok(
        "CreateOpenIDConnectProvider",
        json!({
            "Url": format!("https://{ISSUER}"),
            "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": [THUMBPRINT.to_uppercase()],
            "Tags": [{ "Key": "team", "Value": "x" }],
        }),
    );
    assert_eq!(
        answer,
        json!({
            "OpenIDConnectProviderArn": ARN,
            "Tags": [{ "Key": "team", "Value": "x" }],
        })
    );
    assert_eq!(
        provider(&mut iam),
        json!({
            "Url": ISSUER,
            "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": [THUMBPRINT],
            "CreateDate": START,
            "Tags": [{ "Key": "team", "Value": "x" }],
        })
    );
}

#[test]
fn the_port_that_eksctl_writes_is_not_in_the_arn() {
    let mut iam = Iam::lenient();
    let answer = iam.ok(
        "CreateOpenIDConnectProvider",
        json!({
            "Url": "https://oidc.eks.us-east-1.amazonaws.com:443/id/EXAMPLED539D4633E53DE1B716D3041E",
            "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": [THUMBPRINT],
        }),
    );
    assert_eq!(answer["OpenIDConnectProviderArn"], ARN);
    assert_eq!(provider(&mut iam)["Url"], ISSUER);
    let found = iam.account.oidc_provider_for(&format!("https://{ISSUER}"));
    assert_eq!(found.map(|provider| provider.arn()), Some(ARN));
}

#[test]
fn there_is_one_provider_for_a_url() {
    for url in [
        format!("https://{ISSUER}"),
        format!("https://{ISSUER}/"),
        "https://OIDC.eks.us-east-1.amazonaws.com:443/id/EXAMPLED539D4633E53DE1B716D3041E"
            .to_owned(),
    ] {
        assert_eq!(
            with_provider().refused("CreateOpenIDConnectProvider", json!({ "Url": url })),
            "EntityAlreadyExists: Provider with url https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E already exists."
        );
    }
}

#[test]
fn a_provider_without_thumbprints_gets_one() {
    let mut iam = Iam::lenient();
    iam.ok(
        "CreateOpenIDConnectProvider",
        json!({ "Url": format!("https://{ISSUER}") }),
    );
    let answer = provider(&mut iam);
    assert_eq!(
        answer["ThumbprintList"],
        json!(["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"])
    );
    assert_eq!(answer["ClientIDList"], json!([]));
    assert_eq!(answer["Tags"], json!([]));
}

#[test]
fn urls_that_cannot_be_issuers_are_refused() {
    for (url, said) in [
        (
            "example.com",
            "ValidationError: Invalid Open ID Connect Provider URL",
        ),
        (
            "http://example.com",
            "InvalidInput: Invalid Open ID Connect Provider URL. The URL must begin with https://.",
        ),
        (
            "https://example.com?a=b",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "https://example.com/x?a=b",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "https://example.com/x#y",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "https://example.com:8443/x",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "https://user@example.com",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "https:///x",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "https://example..com",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "https://example.com/ü",
            "InvalidInput: Invalid Open ID Connect Provider URL.",
        ),
        (
            "httpsü://x",
            "InvalidInput: Invalid Open ID Connect Provider URL. The URL must begin with https://.",
        ),
    ] {
        let refused = Iam::lenient().refused("CreateOpenIDConnectProvider", json!({ "Url": url }));
        assert_eq!(refused, said, "{url}");
    }
}

#[test]
fn client_ids_are_added_and_removed_once() {
    let mut iam = with_provider();
    let of = |client_id: &str| json!({ "OpenIDConnectProviderArn": ARN, "ClientID": client_id });
    for _ in 0..2 {
        iam.ok("AddClientIDToOpenIDConnectProvider", of("mine"));
    }
    assert_eq!(
        provider(&mut iam)["ClientIDList"],
        json!(["sts.amazonaws.com", "mine"])
    );
    for _ in 0..2 {
        iam.ok(
            "RemoveClientIDFromOpenIDConnectProvider",
            of("sts.amazonaws.com"),
        );
    }
    assert_eq!(provider(&mut iam)["ClientIDList"], json!(["mine"]));
    let found = iam.account.oidc_provider_for(&format!("https://{ISSUER}"));
    assert_eq!(found.expect("it is there").client_ids(), ["mine"]);
}

#[test]
fn thumbprints_are_replaced() {
    let mut iam = with_provider();
    let other = "f".repeat(40);
    iam.ok(
        "UpdateOpenIDConnectProviderThumbprint",
        json!({ "OpenIDConnectProviderArn": ARN, "ThumbprintList": [other] }),
    );
    assert_eq!(provider(&mut iam)["ThumbprintList"], json!([other]));
    let six = vec![THUMBPRINT; 6];
    let said = "InvalidInput: Thumbprint list must contain fewer than 5 entries.";
    assert_eq!(
        iam.refused(
            "UpdateOpenIDConnectProviderThumbprint",
            json!({ "OpenIDConnectProviderArn": ARN, "ThumbprintList": six }),
        ),
        said
    );
    assert_eq!(
        iam.refused(
            "CreateOpenIDConnectProvider",
            json!({ "Url": "https://example.com", "ThumbprintList": six }),
        ),
        said
    );
}

#[test]
fn providers_are_listed_by_url() {
    let mut iam = with_provider();
    iam.ok(
        "CreateOpenIDConnectProvider",
        json!({ "Url": "https://example.com" }),
    );
    let answer = iam.ok("ListOpenIDConnectProviders", json!({}));
    assert_eq!(
        column(&answer, "OpenIDConnectProviderList", "Arn"),
        ["arn:aws:iam::111122223333:oidc-provider/example.com", ARN]
    );
}

#[test]
fn deleting_is_no_error_even_of_nothing() {
    let mut iam = with_provider();
    for _ in 0..2 {
        iam.ok(
            "DeleteOpenIDConnectProvider",
            json!({ "OpenIDConnectProviderArn": ARN }),
        );
    }
    let answer = iam.ok("ListOpenIDConnectProviders", json!({}));
    assert_eq!(answer, json!({ "OpenIDConnectProviderList": [] }));
    let found = iam.account.oidc_provider_for(&format!("https://{ISSUER}"));
    assert_eq!(found, None);
}

#[test]
fn a_provider_of_another_account_is_not_deleted() {
    let mut iam = with_provider();
    iam.ok(
        "DeleteOpenIDConnectProvider",
        json!({ "OpenIDConnectProviderArn": ARN.replace("111122223333", "999988887777") }),
    );
    assert_eq!(provider(&mut iam)["Url"], ISSUER);
}

/// The operations that need a provider, and what else they need.
fn operations() -> [(&'static str, Value); 7] {
    [
        ("GetOpenIDConnectProvider", json!({})),
        (
            "AddClientIDToOpenIDConnectProvider",
            json!({ "ClientID": "x" }),
        ),
        (
            "RemoveClientIDFromOpenIDConnectProvider",
            json!({ "ClientID": "x" }),
        ),
        (
            "UpdateOpenIDConnectProviderThumbprint",
            json!({ "ThumbprintList": [THUMBPRINT] }),
        ),
        ("TagOpenIDConnectProvider", json!({ "Tags": [] })),
        ("UntagOpenIDConnectProvider", json!({ "TagKeys": [] })),
        ("ListOpenIDConnectProviderTags", json!({})),
    ]
}

#[test]
fn missing_providers_are_named() {
    for arn in [
        "arn:aws:iam::111122223333:oidc-provider/example.com",
        "arn:aws:iam::999988887777:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
    ] {
        for (operation, mut input) in operations() {
            input["OpenIDConnectProviderArn"] = json!(arn);
            assert_eq!(
                with_provider().refused(operation, input),
                format!("NoSuchEntity: OpenIDConnect Provider not found for arn {arn}"),
                "{operation}"
            );
        }
    }
}

#[test]
fn only_arns_of_providers_are_taken() {
    for arn in [
        "arn:aws:iam::111122223333:role/example.com",
        "arn:aws:s3:::oidc-provider/example.com",
        "not an arn but long enough",
    ] {
        for (operation, mut input) in operations() {
            input["OpenIDConnectProviderArn"] = json!(arn);
            assert_eq!(
                with_provider().refused(operation, input),
                format!("ValidationError: Invalid ARN: {arn}"),
                "{operation}"
            );
        }
    }
}

#[test]
fn issuers_are_found_as_tokens_name_them() {
    let iam = with_provider();
    let found = |url: &str| iam.account.oidc_provider_for(url).is_some();
    assert!(found(&format!("https://{ISSUER}")));
    assert!(!found(ISSUER));
    assert!(!found(&format!("http://{ISSUER}")));
    assert!(!found(&format!("https://{ISSUER}/more")));
    assert!(!found("https://oidc.eks.us-east-1.amazonaws.com/id/other"));
}
