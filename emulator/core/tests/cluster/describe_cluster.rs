//! tmp
use crate::support::*;
use serde_json::json;
#[test]
fn show() {
    let mut driver = Driver::empty().told();
    let a = driver.create_cluster(json!({})).unwrap();
    eprintln!("{a:#}");
    driver.complete(None);
    eprintln!("{:#}", driver.cluster());
    eprintln!("{:#}", driver.ok("CreateAddon", json!({"addonName":"aws-ebs-csi-driver", "podIdentityAssociations":[{"serviceAccount":"ebs-csi-controller-sa","roleArn":ROLE}]})));
    eprintln!("{:#?}", driver.associations());
    let id = driver.associate("default", "app");
    eprintln!("{:#?}", driver.association(&id));
    driver.complete_all();
    eprintln!("{:#}", driver.ok("UpdateAddon", json!({"addonName":"aws-ebs-csi-driver", "clientRequestToken":"token-1", "podIdentityAssociations":[{"serviceAccount":"ebs-csi-controller-sa","roleArn":ROLE}]})));
    eprintln!("{:#?}", driver.take_events());
}
