//! Every route leads to its operation and to no other.

use eks_emulator_api::eks;
use eks_emulator_api::schema::Operation;
use eks_emulator_protocol::rest_json1::{Rejection, Router};

use crate::{escape, services};

/// A label that only survives if it is cut out before it is decoded.
const AWKWARD: &str = "arn:aws:iam::111122223333:role/a b/ü+%2F";

fn eks_router() -> Router {
    Router::new(&eks::OPERATIONS)
}

fn check_not_a_route(method: &str, path: &str) {
    let router = eks_router();
    let outcome = router.route(method, path);
    assert!(
        matches!(outcome, Err(Rejection::UnknownRoute)),
        "{method} {path}"
    );
}

fn check_route(method: &str, path: &str, operation: &str, labels: &[(&str, &str)]) {
    let router = eks_router();
    let route = router
        .route(method, path)
        .unwrap_or_else(|_| panic!("{method} {path}"));
    assert_eq!(route.operation().name, operation, "{method} {path}");
    for (name, raw) in labels {
        assert_eq!(route.raw_label(name), Some(*raw), "{method} {path}");
    }
}

fn labels_of(operation: &Operation) -> impl Iterator<Item = &'static str> {
    operation
        .uri
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

#[test]
fn the_services_have_seventy_routes_and_one() {
    let counts = services().map(|(_, operations)| operations.len());
    assert_eq!(counts, [70, 1]);
}

#[test]
fn every_route_leads_to_its_operation() {
    for (router, operations) in services() {
        for operation in operations {
            let mut path = operation.uri.to_owned();
            for label in labels_of(operation) {
                path = path.replace(
                    &format!("{{{label}}}"),
                    &escape(&format!("{label}={AWKWARD}")),
                );
            }
            let route = router.route(operation.method, &path).unwrap();
            assert!(
                std::ptr::eq(route.operation(), *operation),
                "{} got {}",
                operation.name,
                route.operation().name
            );
            for label in labels_of(operation) {
                assert_eq!(
                    route.raw_label(label),
                    Some(&*escape(&format!("{label}={AWKWARD}"))),
                    "{path}"
                );
            }
        }
    }
}

#[test]
fn other_methods_on_a_route_are_not_routes() {
    let methods = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "",
    ];
    for (router, operations) in services() {
        for operation in operations {
            let path = operation.uri.replace(['{', '}'], "");
            for method in methods {
                let expected = operations
                    .iter()
                    .find(|other| {
                        other.method == method && other.uri.replace(['{', '}'], "") == path
                    })
                    .map(|other| other.name);
                let found = router
                    .route(method, &path)
                    .ok()
                    .map(|route| route.operation().name);
                assert_eq!(found, expected, "{method} {path}");
            }
        }
    }
}

#[test]
fn an_escaped_arn_is_one_label() {
    check_route(
        "DELETE",
        "/clusters/c/access-entries/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx/access-policies/arn%3Aaws%3Aeks%3A%3Aaws%3Ap%2FP",
        "DisassociateAccessPolicy",
        &[
            ("principalArn", "arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"),
            ("policyArn", "arn%3Aaws%3Aeks%3A%3Aaws%3Ap%2FP"),
        ],
    );
}

#[test]
fn an_unescaped_arn_may_stretch_over_segments() {
    check_route(
        "POST",
        "/tags/arn:aws:eks:us-west-2:111122223333:addon/c/vpc-cni/1",
        "TagResource",
        &[(
            "resourceArn",
            "arn:aws:eks:us-west-2:111122223333:addon/c/vpc-cni/1",
        )],
    );
    check_route(
        "GET",
        "/tags/arn%3Aaws%3Aeks%3Aus-west-2%3A111122223333%3Acluster/c",
        "ListTagsForResource",
        &[(
            "resourceArn",
            "arn%3Aaws%3Aeks%3Aus-west-2%3A111122223333%3Acluster/c",
        )],
    );
    check_route(
        "GET",
        "/clusters/c/access-entries/arn:aws:iam::1:role/team/dev",
        "DescribeAccessEntry",
        &[
            ("name", "c"),
            ("principalArn", "arn:aws:iam::1:role/team/dev"),
        ],
    );
    check_route(
        "DELETE",
        "/clusters/c/access-entries/arn:aws:iam::1:role/dev/access-policies/arn:aws:eks::aws:cluster-access-policy/P",
        "DisassociateAccessPolicy",
        &[
            ("principalArn", "arn:aws:iam::1:role/dev"),
            ("policyArn", "arn:aws:eks::aws:cluster-access-policy/P"),
        ],
    );
    check_route(
        "GET",
        "/clusters/c/access-entries/arn:aws:iam::1:role/dev/access-policies",
        "ListAssociatedAccessPolicies",
        &[("principalArn", "arn:aws:iam::1:role/dev")],
    );
}

#[test]
fn what_is_not_an_arn_does_not_stretch() {
    check_not_a_route("GET", "/tags/cluster/c");
    check_not_a_route("GET", "/clusters/c/access-entries/role/dev");
}

#[test]
fn a_literal_segment_wins_over_a_label() {
    check_route(
        "GET",
        "/addons/supported-versions",
        "DescribeAddonVersions",
        &[],
    );
    check_route(
        "POST",
        "/clusters/c/identity-provider-configs/describe",
        "DescribeIdentityProviderConfig",
        &[("name", "c")],
    );
}

#[test]
fn empty_segments_and_unknown_paths_are_not_routes() {
    for path in [
        "",
        "/",
        "clusters",
        "//clusters",
        "/clusters/",
        "/clusters//",
        "/clusters/c/",
        "/clusters//addons",
        "/clusters/c/addons/",
        "/clusters/c/addons/a/",
        "/cluster",
        "/CLUSTERS",
        "/%63lusters",
        "/clusters/c/pods",
        "/tags/",
        "/tags/arn:aws:eks:x/",
        "/tags",
        "/clusters/c/addons/a/b",
        "/clusters/{name}/x",
        "/v1/clusters",
    ] {
        check_not_a_route("GET", path);
    }
}

#[test]
fn a_method_of_a_neighbour_is_no_route() {
    check_not_a_route("PUT", "/clusters/c");
    check_not_a_route("DELETE", "/clusters");
    check_not_a_route("GET", "/clusters/c/insights");
}

#[test]
fn a_router_without_operations_knows_no_route() {
    assert!(Router::new(&[]).route("GET", "/clusters").is_err());
}
