//! The same cluster name in two regions.

use crate::client::Demo;

#[test]
fn a_name_in_two_regions_has_to_be_narrowed() {
    let demo = Demo::start();
    demo.create_cluster("demo", Some("eu-west-1"));
    let refused = demo.refused("GET", "/clusters/demo/pods", "");
    assert_eq!(
        refused,
        "409 Ambiguous: Several accounts or regions have a cluster demo; name one with ?account= and ?region=."
    );
    let node = |query: &str| {
        let nodes = demo.get(&format!("/clusters/demo/nodes?{query}"))["nodes"].take();
        nodes[0]["metadata"]["labels"]["topology.kubernetes.io/region"].clone()
    };
    assert_eq!(node("region=eu-west-1"), "eu-west-1");
    assert_eq!(node("region=us-east-1"), "us-east-1");
    assert_eq!(node("region=us-east-1&account=123456789012"), "us-east-1");
    for query in ["region=us-west-2", "region=eu-west-1&account=111122223333"] {
        let refused = demo.refused("GET", &format!("/clusters/demo/nodes?{query}"), "");
        assert_eq!(refused, "404 NotFound: There is no cluster demo.");
    }
    let path = "/clusters/demo/compute?region=eu-west-1";
    assert_eq!(demo.ask("PUT", path, r#"{"compute":"none"}"#).status, 200);
    let nodes = demo.get("/clusters/demo/nodes?region=us-east-1")["nodes"].take();
    assert_eq!(nodes.as_array().unwrap().len(), 2);
}

#[test]
fn a_name_of_one_region_is_found_wherever_it_is() {
    let demo = Demo::start();
    demo.create_cluster("far", Some("ap-south-1"));
    let nodes = demo.get("/clusters/far/nodes")["nodes"].take();
    assert_eq!(nodes.as_array().unwrap().len(), 2);
}
