//! What is wrong with a text, and where.

use eks_emulator::seed::Seed;

use crate::client::{mistakes, yaml_mistakes};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(yaml_mistakes(text), expected, "{text}");
}

#[test]
fn an_unknown_member_is_a_mistake_at_its_key() {
    check(
        "schema: 1\nclusters:\n  - name: demo\n    adons: []\n",
        &["4:5 /clusters/0/adons: there is no member adons; is it addons?"],
    );
    check(
        "schema: 1\nclusters:\n  - name: demo\n    resourcesVpcConfig: {subnetIdz: [a, b]}\n",
        &[
            "4:26 /clusters/0/resourcesVpcConfig/subnetIdz: there is no member subnetIdz; is it subnetIds?",
        ],
    );
    check(
        "schema: 1\nx-emulator: {}\n",
        &["2:1 /x-emulator: there is no member x-emulator"],
    );
}

#[test]
fn mistakes_are_found_all_at_once_in_the_order_of_the_text() {
    let text = r#"schema: 1
clusters:
  - name: -demo
    version: 1.32
    status: READY
    addons:
      - addonVersion: latest
      - addonName: coredns
        podIdentityAssociations:
          - {serviceAccount: x, rolArn: role/x}
roles:
  - {name: a, trust: pod}
"#;
    check(
        text,
        &[
            "3:11 /clusters/0/name: \"-demo\" does not match ^(?:^[0-9A-Za-z][A-Za-z0-9\\-_]*)$",
            "4:14 /clusters/0/version: 1.32 is a number; a text of digits has to stand in quotes, as in \"1.30\"",
            "5:13 /clusters/0/status: \"READY\" is none of CREATING, ACTIVE, DELETING, FAILED, UPDATING, PENDING",
            "7:9 /clusters/0/addons/0: addonName is required",
            "10:13 /clusters/0/addons/1/podIdentityAssociations/0: roleArn is required",
            "10:33 /clusters/0/addons/1/podIdentityAssociations/0/rolArn: there is no member rolArn; is it roleArn?",
            "12:22 /roles/0/trust: \"pod\" is none of pods, irsa, ec2, eks and a policy document",
        ],
    );
}

#[test]
fn an_account_without_quotes_is_a_number() {
    check(
        "schema: 1\ndefaults: {account: 123456789012}\n",
        &[
            "2:21 /defaults/account: 123456789012 is a number; a text of digits has to stand in quotes, as in \"123456789012\"",
        ],
    );
}

#[test]
fn the_schema_has_to_be_named_and_known() {
    check("clusters: []\n", &["1:1 : schema is required"]);
    check(
        "",
        &["null is not a mapping"].map(|_| ": null is not a mapping"),
    );
    check(
        "schema: 2\nsomething: new\n",
        &[
            "1:1 /schema: the document is of schema 2, and this emulator reads schema 1: take a newer emulator",
        ],
    );
    check(
        "schema: 0\n",
        &["1:9 /schema: there is no schema 0: the first is 1"],
    );
}

#[test]
fn what_is_not_built_has_to_be_empty() {
    check(
        "schema: 1\nclusters:\n  - name: demo\n    nodegroups: [{nodegroupName: ng-1}]\n",
        &["4:17 /clusters/0/nodegroups: not built yet: it has to be empty"],
    );
    check(
        "schema: 1\nclusters:\n  - name: demo\n    accessEntries: [{principalArn: role/a}]\n",
        &["4:20 /clusters/0/accessEntries: not built yet: it has to be empty"],
    );
}

#[test]
fn a_key_twice_is_a_mistake() {
    check(
        "schema: 1\nclusters:\n  - name: demo\n    name: other\n",
        &["4:5 /clusters/0/name: the key name is there already"],
    );
    let error = Seed::from_json("{\n  \"schema\": 1,\n  \"schema\": 1\n}").unwrap_err();
    assert_eq!(
        mistakes(&error),
        ["3:3 /schema: the key schema is there already"]
    );
}

#[test]
fn syntax_that_is_broken_is_shown_where_it_breaks() {
    let broken = yaml_mistakes("schema: 1\nclusters: [\n");
    assert!(broken[0].starts_with("3:1 "), "{broken:?}");
    let error = Seed::from_json("{\"schema\": 1,\n  oops}").unwrap_err();
    assert_eq!(mistakes(&error), ["2:3 : key must be a string"]);
    check(
        "schema: 1\n---\nschema: 1\n",
        &["2:1 : a second document begins here; one is all there can be"],
    );
}

#[test]
fn places_are_the_same_in_json() {
    let text = "{\n  \"schema\": 1,\n  \"clusters\": [\n    {\"name\": \"demo\", \"wrong\": \"\\u00e4\\\"\", \"version\": true}\n  ]\n}";
    let error = Seed::from_json(text).unwrap_err();
    assert_eq!(
        mistakes(&error),
        [
            "4:22 /clusters/0/wrong: there is no member wrong",
            "4:54 /clusters/0/version: true is not a text",
        ]
    );
}

#[test]
fn aliases_stand_for_copies() {
    let text = "schema: 1\nclusters:\n  - &one {name: one, tags: &tags {a: b}}\n  - {name: two, tags: *tags}\n";
    let seed = Seed::from_yaml(text).unwrap();
    assert_eq!(seed.clusters[1].tags, seed.clusters[0].tags);
    assert!(seed.clusters[1].tags.is_some());
}

/// A text of some hundred bytes that would stand for a document of gigabytes.
#[test]
fn aliases_cannot_make_a_small_text_a_large_document() {
    let mut text = String::from("schema: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let before = format!("*a{}", level - 1);
        let list = [before.as_str(); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    let found = yaml_mistakes(&text);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].ends_with("aliases make the document too large"),
        "{found:?}"
    );
}

#[test]
fn nesting_without_end_is_a_mistake() {
    let expected = [
        (65, "nested too deeply"),
        // Here the parser has enough before the document is looked at.
        (100_000, "recursion limit exceeded"),
    ];
    for (depth, sentence) in expected {
        let yaml = format!("schema: {}", "[".repeat(depth));
        let found = yaml_mistakes(&yaml);
        assert!(found[0].ends_with(sentence), "{found:?}");
    }
    let json = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let error = Seed::from_json(&json).unwrap_err();
    assert!(error.to_string().ends_with("nested too deeply"), "{error}");
}

#[test]
fn words_and_dates_of_older_yaml_are_texts() {
    let text =
        "schema: 1\nclusters: [{name: demo, tags: {a: yes, b: 2026-01-01, c: '1', d: \"null\"}}]\n";
    let seed = Seed::from_yaml(text).unwrap();
    let tags = seed.clusters[0].tags.as_ref().unwrap();
    let values: Vec<&str> = tags.values().map(String::as_str).collect();
    assert_eq!(values, ["yes", "2026-01-01", "1", "null"]);
}

#[test]
fn texts_that_are_no_documents_never_panic() {
    for text in [
        "- a",
        "&a *a",
        "!!int x",
        "? {}\n: 1",
        "a: b: c",
        "\u{feff}schema: 1",
        "*x",
        "%",
        "\t",
        "{{}}",
    ] {
        drop(Seed::from_yaml(text));
        drop(Seed::from_json(text));
    }
}
