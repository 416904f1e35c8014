//! Every condition operator, alone in a policy.

use crate::support::condition_holds;

/// A condition block, the keys of the request, whether the block holds.
type Case = (&'static str, &'static [(&'static str, &'static str)], bool);

fn check(cases: &[Case]) {
    check_version("2012-10-17", cases);
}

fn check_version(version: &str, cases: &[Case]) {
    for (condition, pairs, expected) in cases {
        let actual = condition_holds(version, condition, pairs);
        assert_eq!(actual, *expected, "{condition} with {pairs:?}");
    }
}

#[test]
#[rustfmt::skip]
fn strings() {
    check(&[
        (r#"{"StringEquals":{"sts:ExternalId":"a"}}"#, &[("sts:ExternalId", "a")], true),
        (r#"{"StringEquals":{"sts:ExternalId":"a"}}"#, &[("sts:ExternalId", "A")], false),
        (r#"{"StringEquals":{"sts:ExternalId":"a"}}"#, &[], false),
        (r#"{"StringEquals":{"sts:ExternalId":["b","a"]}}"#, &[("sts:ExternalId", "a")], true),
        (r#"{"StringEquals":{"sts:ExternalId":[]}}"#, &[("sts:ExternalId", "a")], false),
        (r#"{"StringEquals":{"STS:externalID":"a"}}"#, &[("sts:ExternalId", "a")], true),
        (r#"{"StringEquals":{"sts:ExternalId":"*"}}"#, &[("sts:ExternalId", "a")], false),
        (r#"{"StringEquals":{"sts:ExternalId":"*"}}"#, &[("sts:ExternalId", "*")], true),
        (r#"{"StringEquals":{"x:n":12,"x:b":true}}"#, &[("x:n", "12"), ("x:b", "true")], true),
        (r#"{"StringEquals":{"aws:RequestTag/a":""}}"#, &[("aws:RequestTag/a", "")], true),
        (r#"{"StringNotEquals":{"sts:ExternalId":"a"}}"#, &[("sts:ExternalId", "a")], false),
        (r#"{"StringNotEquals":{"sts:ExternalId":"a"}}"#, &[("sts:ExternalId", "A")], true),
        (r#"{"StringNotEquals":{"sts:ExternalId":"a"}}"#, &[], true),
        (r#"{"StringNotEquals":{"sts:ExternalId":["a","b"]}}"#, &[("sts:ExternalId", "b")], false),
        (r#"{"StringNotEquals":{"sts:ExternalId":["a","b"]}}"#, &[("sts:ExternalId", "c")], true),
        (r#"{"StringEqualsIgnoreCase":{"x:k":"aBÄ"}}"#, &[("x:k", "AbÄ")], true),
        (r#"{"StringEqualsIgnoreCase":{"x:k":"ä"}}"#, &[("x:k", "Ä")], true),
        (r#"{"StringEqualsIgnoreCase":{"x:k":"ΟΔΟΣ"}}"#, &[("x:k", "οδοσ")], true),
        (r#"{"StringEqualsIgnoreCase":{"x:k":"a"}}"#, &[("x:k", "b")], false),
        (r#"{"StringEqualsIgnoreCase":{"x:k":"a"}}"#, &[], false),
        (r#"{"StringNotEqualsIgnoreCase":{"x:k":"a"}}"#, &[("x:k", "A")], false),
        (r#"{"StringNotEqualsIgnoreCase":{"x:k":"a"}}"#, &[("x:k", "b")], true),
        (r#"{"StringNotEqualsIgnoreCase":{"x:k":"a"}}"#, &[], true),
        (r#"{"StringLike":{"x:k":"sys*:sa-?"}}"#, &[("x:k", "system:ns:sa-1")], true),
        (r#"{"StringLike":{"x:k":"sys*:sa-?"}}"#, &[("x:k", "system:ns:sa-")], false),
        (r#"{"StringLike":{"x:k":"sys*:sa-?"}}"#, &[("x:k", "System:ns:sa-1")], false),
        (r#"{"StringLike":{"x:k":"*"}}"#, &[("x:k", "")], true),
        (r#"{"StringLike":{"x:k":"*"}}"#, &[], false),
        (r#"{"StringLike":{"x:k":"?"}}"#, &[("x:k", "é")], true),
        (r#"{"StringLike":{"x:k":"a*b*c"}}"#, &[("x:k", "abbcbc")], true),
        (r#"{"StringLike":{"x:k":"a*b*c"}}"#, &[("x:k", "abbcb")], false),
        (r#"{"StringNotLike":{"x:k":"a*"}}"#, &[("x:k", "ab")], false),
        (r#"{"StringNotLike":{"x:k":"a*"}}"#, &[("x:k", "b")], true),
        (r#"{"StringNotLike":{"x:k":"a*"}}"#, &[], true),
        (r#"{"stringequals":{"x:k":"a"}}"#, &[("x:k", "a")], true),
        (r#"{"BinaryEquals":{"x:k":"QmFzZTY0"}}"#, &[("x:k", "QmFzZTY0")], true),
        (r#"{"BinaryEquals":{"x:k":"QmFzZTY0"}}"#, &[("x:k", "qmFzZTY0")], false),
    ]);
}

#[test]
#[rustfmt::skip]
fn arns() {
    const ROLE: &[(&str, &str)] = &[("aws:PrincipalArn", "arn:aws:iam::111122223333:role/team/reader")];
    const CLUSTER: &[(&str, &str)] = &[("aws:SourceArn", "arn:aws:eks:us-west-2:111122223333:cluster/demo")];
    check(&[
        (r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/team/reader"}}"#, ROLE, true),
        (r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/team/*"}}"#, ROLE, true),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:*:iam::??????????33:role/*/reader"}}"#, ROLE, true),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*"}}"#, ROLE, false),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:*reader"}}"#, ROLE, false),
        (r#"{"ArnLike":{"aws:PrincipalArn":"*"}}"#, ROLE, true),
        (r#"{"ArnLike":{"aws:PrincipalArn":"*"}}"#, &[("aws:PrincipalArn", "reader")], false),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/Team/reader"}}"#, ROLE, false),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}"#, &[], false),
        (r#"{"ArnNotEquals":{"aws:SourceArn":"arn:aws:eks:*:111122223333:cluster/*"}}"#, CLUSTER, false),
        (r#"{"ArnNotEquals":{"aws:SourceArn":"arn:aws:eks:eu-*:111122223333:cluster/*"}}"#, CLUSTER, true),
        (r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:eks:*:*:cluster/demo"}}"#, CLUSTER, false),
        (r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:eks:*:*:cluster/other"}}"#, CLUSTER, true),
        (r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:eks:*:*:cluster/demo"}}"#, &[], true),
        (r#"{"ArnEquals":{"x:k":"arn:aws:a:b:c:d:e*"}}"#, &[("x:k", "arn:aws:a:b:c:d:e:f")], true),
        (r#"{"ArnLike":{"x:k":"urn:aws:a:b:c:d"}}"#, &[("x:k", "urn:aws:a:b:c:d")], false),
    ]);
}

#[test]
#[rustfmt::skip]
fn numbers() {
    check(&[
        (r#"{"NumericEquals":{"x:k":"10"}}"#, &[("x:k", "10")], true),
        (r#"{"NumericEquals":{"x:k":10}}"#, &[("x:k", "10.0")], true),
        (r#"{"NumericEquals":{"x:k":"10"}}"#, &[("x:k", "11")], false),
        (r#"{"NumericEquals":{"x:k":"10"}}"#, &[("x:k", "ten")], false),
        (r#"{"NumericEquals":{"x:k":"inf"}}"#, &[("x:k", "inf")], false),
        (r#"{"NumericEquals":{"x:k":["1","-2.5"]}}"#, &[("x:k", "-2.50")], true),
        (r#"{"NumericNotEquals":{"x:k":"10"}}"#, &[("x:k", "10")], false),
        (r#"{"NumericNotEquals":{"x:k":"10"}}"#, &[("x:k", "9")], true),
        (r#"{"NumericNotEquals":{"x:k":"10"}}"#, &[], true),
        (r#"{"NumericLessThan":{"x:k":"10"}}"#, &[("x:k", "9.5")], true),
        (r#"{"NumericLessThan":{"x:k":"10"}}"#, &[("x:k", "10")], false),
        (r#"{"NumericLessThan":{"x:k":"10"}}"#, &[], false),
        (r#"{"NumericLessThanEquals":{"sts:DurationSeconds":"3600"}}"#, &[("sts:DurationSeconds", "3600")], true),
        (r#"{"NumericLessThanEquals":{"sts:DurationSeconds":"3600"}}"#, &[("sts:DurationSeconds", "21600")], false),
        (r#"{"NumericGreaterThan":{"x:k":"10"}}"#, &[("x:k", "100")], true),
        (r#"{"NumericGreaterThan":{"x:k":"10"}}"#, &[("x:k", "10")], false),
        (r#"{"NumericGreaterThanEquals":{"x:k":"10"}}"#, &[("x:k", "10")], true),
        (r#"{"NumericGreaterThanEquals":{"x:k":"10"}}"#, &[("x:k", "9")], false),
    ]);
}

#[test]
#[rustfmt::skip]
fn dates() {
    const NOON: &[(&str, &str)] = &[("aws:CurrentTime", "2026-02-28T12:00:00Z")];
    check(&[
        (r#"{"DateEquals":{"aws:CurrentTime":"2026-02-28T12:00:00Z"}}"#, NOON, true),
        (r#"{"DateEquals":{"aws:CurrentTime":"2026-02-28T14:30:00+02:30"}}"#, NOON, true),
        (r#"{"DateEquals":{"aws:CurrentTime":"2026-02-28T07:00-05:00"}}"#, NOON, true),
        (r#"{"DateEquals":{"aws:CurrentTime":"1772280000"}}"#, NOON, true),
        (r#"{"DateEquals":{"aws:CurrentTime":1772280000}}"#, NOON, true),
        (r#"{"DateEquals":{"aws:CurrentTime":"2026-02-28T12:00:00.001Z"}}"#, NOON, false),
        (r#"{"DateEquals":{"aws:CurrentTime":"2026-02-28T12:00:00"}}"#, NOON, false),
        (r#"{"DateNotEquals":{"aws:CurrentTime":"2026-02-28T12:00:00Z"}}"#, NOON, false),
        (r#"{"DateNotEquals":{"aws:CurrentTime":"2026-02-29T12:00:00Z"}}"#, NOON, true),
        (r#"{"DateNotEquals":{"aws:CurrentTime":"2026-02-28T12:00:00Z"}}"#, &[], true),
        (r#"{"DateLessThan":{"aws:CurrentTime":"2026-03-01"}}"#, NOON, true),
        (r#"{"DateLessThan":{"aws:CurrentTime":"2026-02-28"}}"#, NOON, false),
        (r#"{"DateLessThan":{"aws:CurrentTime":"2026-02-30"}}"#, NOON, false),
        (r#"{"DateLessThan":{"aws:CurrentTime":"2027"}}"#, NOON, true),
        (r#"{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}"#, NOON, false),
        (r#"{"DateLessThanEquals":{"aws:CurrentTime":"2026-02-28T12:00:00Z"}}"#, NOON, true),
        (r#"{"DateLessThanEquals":{"aws:CurrentTime":"2026-02"}}"#, NOON, false),
        (r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-02"}}"#, NOON, true),
        (r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-02-28T12:00:00Z"}}"#, NOON, false),
        (r#"{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-02-28T12:00:00Z"}}"#, NOON, true),
        (r#"{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-02-28T12:00:01Z"}}"#, NOON, false),
        (r#"{"DateEquals":{"x:k":"2024-02-29"}}"#, &[("x:k", "1709164800")], true),
        (r#"{"DateEquals":{"x:k":"1970"}}"#, &[("x:k", "0")], true),
        (r#"{"DateEquals":{"x:k":"1969-12-31T23:59:59.5Z"}}"#, &[("x:k", "1970-01-01T00:59:59.500+01:00")], true),
        (r#"{"DateEquals":{"x:k":"2000-03-01"}}"#, &[("x:k", "951868800")], true),
        (r#"{"DateEquals":{"x:k":"1900-02-29"}}"#, &[("x:k", "1900-02-29")], false),
        (r#"{"DateEquals":{"x:k":"2000-02-29"}}"#, &[("x:k", "951782400")], true),
        (r#"{"DateGreaterThan":{"x:k":"2026-02T12:00Z"}}"#, &[("x:k", "2027")], false),
    ]);
}

#[test]
#[rustfmt::skip]
fn truths_and_presence() {
    check(&[
        (r#"{"Bool":{"aws:SecureTransport":"true"}}"#, &[("aws:SecureTransport", "true")], true),
        (r#"{"Bool":{"aws:SecureTransport":true}}"#, &[("aws:SecureTransport", "True")], true),
        (r#"{"Bool":{"aws:SecureTransport":"false"}}"#, &[("aws:SecureTransport", "true")], false),
        (r#"{"Bool":{"aws:SecureTransport":"yes"}}"#, &[("aws:SecureTransport", "yes")], false),
        (r#"{"Bool":{"aws:SecureTransport":"false"}}"#, &[], false),
        (r#"{"BoolIfExists":{"aws:SecureTransport":"true"}}"#, &[], true),
        (r#"{"Null":{"sts:ExternalId":"true"}}"#, &[], true),
        (r#"{"Null":{"sts:ExternalId":true}}"#, &[("sts:ExternalId", "a")], false),
        (r#"{"Null":{"sts:ExternalId":"false"}}"#, &[("sts:ExternalId", "a")], true),
        (r#"{"Null":{"sts:ExternalId":false}}"#, &[], false),
        (r#"{"Null":{"sts:ExternalId":["true","false"]}}"#, &[], true),
        (r#"{"Null":{"sts:ExternalId":"maybe"}}"#, &[], false),
        (r#"{"ForAnyValue:Null":{"aws:TagKeys":"true"}}"#, &[], true),
    ]);
}

#[test]
#[rustfmt::skip]
fn addresses() {
    check(&[
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, &[("aws:SourceIp", "203.0.113.7")], true),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.9/24"}}"#, &[("aws:SourceIp", "203.0.113.7")], true),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, &[("aws:SourceIp", "203.0.114.7")], false),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}"#, &[("aws:SourceIp", "203.0.113.7")], true),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}"#, &[("aws:SourceIp", "203.0.113.8")], false),
        (r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, &[("aws:SourceIp", "203.0.113.8")], true),
        (r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, &[("aws:SourceIp", "2001:db8::1")], false),
        (r#"{"IpAddress":{"aws:SourceIp":"::/0"}}"#, &[("aws:SourceIp", "2001:db8::1")], true),
        (r#"{"IpAddress":{"aws:SourceIp":"2001:db8::/33"}}"#, &[("aws:SourceIp", "2001:db8:7fff::1")], true),
        (r#"{"IpAddress":{"aws:SourceIp":"2001:db8::/33"}}"#, &[("aws:SourceIp", "2001:db8:8000::1")], false),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/33"}}"#, &[("aws:SourceIp", "203.0.113.0")], false),
        (r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, &[("aws:SourceIp", "pods.eks.amazonaws.com")], false),
        (r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, &[], false),
        (r#"{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.0.0/16"]}}"#, &[("aws:SourceIp", "192.168.3.4")], false),
        (r#"{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.0.0/16"]}}"#, &[("aws:SourceIp", "11.0.0.1")], true),
        (r#"{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, &[], true),
    ]);
}

#[test]
#[rustfmt::skip]
fn if_exists() {
    check(&[
        (r#"{"StringEqualsIfExists":{"x:k":"a"}}"#, &[], true),
        (r#"{"StringEqualsIfExists":{"x:k":"a"}}"#, &[("x:k", "a")], true),
        (r#"{"StringEqualsIfExists":{"x:k":"a"}}"#, &[("x:k", "b")], false),
        (r#"{"StringNotEqualsIfExists":{"x:k":"a"}}"#, &[], true),
        (r#"{"StringNotEqualsIfExists":{"x:k":"a"}}"#, &[("x:k", "a")], false),
        (r#"{"StringLikeIfExists":{"x:k":"a*"}}"#, &[], true),
        (r#"{"ArnLikeIfExists":{"x:k":"arn:aws:iam::*:role/*"}}"#, &[], true),
        (r#"{"NumericLessThanIfExists":{"x:k":"1"}}"#, &[("x:k", "2")], false),
        (r#"{"DateLessThanIfExists":{"x:k":"2020"}}"#, &[], true),
        (r#"{"IpAddressIfExists":{"x:k":"10.0.0.0/8"}}"#, &[], true),
        (r#"{"ForAnyValue:StringEqualsIfExists":{"x:k":"a"}}"#, &[], true),
        (r#"{"ForAllValues:StringEqualsIfExists":{"x:k":"a"}}"#, &[("x:k", "b")], false),
    ]);
}

#[test]
#[rustfmt::skip]
fn several_values() {
    const BOTH: &[(&str, &str)] = &[("aws:TagKeys", "a"), ("aws:TagKeys", "b")];
    const EMPTY: &[(&str, &str)] = &[("aws:TagKeys", "")];
    check(&[
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}}"#, BOTH, true),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","c"]}}"#, BOTH, false),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}"#, &[], true),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}"#, EMPTY, true),
        (r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["b","c"]}}"#, BOTH, true),
        (r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["c","d"]}}"#, BOTH, false),
        (r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["c","d"]}}"#, &[], false),
        (r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a"]}}"#, BOTH, true),
        (r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a","b"]}}"#, BOTH, false),
        (r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a"]}}"#, &[], false),
        (r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a"]}}"#, EMPTY, false),
        (r#"{"ForAllValues:StringNotEquals":{"aws:TagKeys":["c"]}}"#, BOTH, true),
        (r#"{"ForAllValues:StringNotEquals":{"aws:TagKeys":["b"]}}"#, BOTH, false),
        (r#"{"ForAllValues:StringNotEquals":{"aws:TagKeys":["b"]}}"#, &[], true),
        (r#"{"ForAllValues:StringLike":{"aws:TagKeys":"?"}}"#, BOTH, true),
        (r#"{"forallvalues:StringLike":{"aws:TagKeys":"a*"}}"#, BOTH, false),
        (r#"{"StringEquals":{"aws:TagKeys":"a"}}"#, BOTH, true),
        (r#"{"StringNotEquals":{"aws:TagKeys":"a"}}"#, BOTH, false),
        (r#"{"StringNotEquals":{"aws:TagKeys":"c"}}"#, BOTH, true),
    ]);
}

#[test]
#[rustfmt::skip]
fn all_conditions_of_a_block_must_hold() {
    const BLOCK: &str = r#"{"StringEquals":{"x:a":"1","x:b":"2"},"Bool":{"x:c":"true"}}"#;
    check(&[
        ("{}", &[], true),
        (r#"{"StringEquals":{}}"#, &[], true),
        (BLOCK, &[("x:a", "1"), ("x:b", "2"), ("x:c", "true")], true),
        (BLOCK, &[("x:a", "1"), ("x:b", "2"), ("x:c", "false")], false),
        (BLOCK, &[("x:a", "1"), ("x:c", "true")], false),
    ]);
}

const VARIABLES: &[Case] = &[
    (
        r#"{"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/team}"}}"#,
        &[
            ("aws:RequestTag/team", "red"),
            ("aws:principaltag/Team", "red"),
        ],
        true,
    ),
    (
        r#"{"StringLike":{"x:k":"${AWS:PrincipalTag/team}-*"}}"#,
        &[("x:k", "red-1"), ("aws:PrincipalTag/team", "red")],
        true,
    ),
    (
        r#"{"ArnLike":{"x:k":"arn:aws:iam::${aws:PrincipalAccount}:role/*"}}"#,
        &[
            ("x:k", "arn:aws:iam::111122223333:role/a"),
            ("aws:PrincipalAccount", "111122223333"),
        ],
        true,
    ),
    (r#"{"StringLike":{"x:k":"a${*}"}}"#, &[("x:k", "a*")], true),
    (
        r#"{"StringLike":{"x:k":"a${?}b"}}"#,
        &[("x:k", "a?b")],
        true,
    ),
    (
        r#"{"StringEquals":{"x:k":"${$}{a}"}}"#,
        &[("x:k", "${a}")],
        true,
    ),
    (
        r#"{"StringEquals":{"x:k":"${x:none, 'red'}"}}"#,
        &[("x:k", "red")],
        true,
    ),
];

#[test]
fn variables() {
    check(VARIABLES);
}

#[test]
#[rustfmt::skip]
fn variables_that_do_not_match() {
    check(&[
        (r#"{"StringLike":{"x:k":"a${*}"}}"#, &[("x:k", "ab")], false),
        (r#"{"StringLike":{"x:k":"a${?}b"}}"#, &[("x:k", "acb")], false),
        (r#"{"StringEquals":{"x:k":"${x:none}"}}"#, &[("x:k", "")], false),
        (r#"{"StringNotEquals":{"x:k":"${x:none}"}}"#, &[("x:k", "a")], true),
        (r#"{"StringEquals":{"x:k":"${x:two}"}}"#, &[("x:k", "1"), ("x:two", "1"), ("x:two", "1")], false),
        (r#"{"StringLike":{"x:k":"${x:v}"}}"#, &[("x:k", "anything"), ("x:v", "*")], false),
        (r#"{"StringEquals":{"x:k":"${x:v"}}"#, &[("x:k", "${x:v"), ("x:v", "a")], true),
        (r#"{"StringEquals":{"x:k":"${x:v, 'b'}"}}"#, &[("x:k", "b"), ("x:v", "a")], false),
        (r#"{"NumericEquals":{"x:k":"${x:v}"}}"#, &[("x:k", "1"), ("x:v", "1")], false),
    ]);
}

#[test]
fn variables_are_plain_text_in_the_old_version() {
    for (condition, pairs, _) in VARIABLES {
        assert!(
            !condition_holds("2008-10-17", condition, pairs),
            "{condition}"
        );
    }
    check_version(
        "2008-10-17",
        &[
            (
                r#"{"StringEquals":{"x:k":"${x:v}"}}"#,
                &[("x:k", "${x:v}")],
                true,
            ),
            (
                r#"{"StringLike":{"x:k":"a${*}"}}"#,
                &[("x:k", "a${b}")],
                true,
            ),
        ],
    );
}
