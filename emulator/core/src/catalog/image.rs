//! Where the images of add-ons are pulled from.

use super::workload::Container;

/// The account that owns the registry in the regions without a row below.
const REGISTRY_ACCOUNT: &str = "602401143452";

/// The accounts of the regions that have a registry of their own, ascending by
/// region.
///
/// Source: EKS user guide, "View Amazon container image registries for Amazon
/// EKS add-ons"; for the regions not quoted from there, the same table in
/// awslabs/amazon-eks-ami (`nodeadm`). Isolated partitions are left out.
const REGISTRY_ACCOUNTS: [(&str, &str); 17] = [
    ("af-south-1", "877085696533"),
    ("ap-east-1", "800184023465"),
    ("ap-south-2", "900889452093"),
    ("ap-southeast-3", "296578399912"),
    ("ap-southeast-4", "491585149902"),
    ("ap-southeast-5", "151610086707"),
    ("ca-west-1", "761377655185"),
    ("cn-north-1", "918309763551"),
    ("cn-northwest-1", "961992271922"),
    ("eu-central-2", "900612956339"),
    ("eu-south-1", "590381155156"),
    ("eu-south-2", "455263428931"),
    ("il-central-1", "066635153087"),
    ("me-central-1", "759879836304"),
    ("me-south-1", "558608220178"),
    ("us-gov-east-1", "151742754352"),
    ("us-gov-west-1", "013241004608"),
];

/// The registry of the one add-on that keeps its image elsewhere, the AWS
/// Private CA connector.
///
/// Source: values of the chart in cert-manager/aws-privateca-issuer; whether
/// the add-on uses the same registry is inferred.
const PRIVATE_CA_REGISTRY: &str = "public.ecr.aws/k1n1h4h4";

impl Container<'_> {
    /// Its image in `version` of the add-on, as clusters in `region` pull it.
    ///
    /// The tag is the version, the version without its build number, or the
    /// version with `-minimal` before the build number, whichever the add-on
    /// uses. Tags of sidecars are the same for every version, because only
    /// examples are known. A region that nobody knows has the registry of most
    /// commercial regions.
    pub fn image_for(&self, version: &str, region: &str) -> String {
        let (upstream, build) = match version.split_once("-eksbuild.") {
            Some((upstream, build)) => (upstream, format!("-eksbuild.{build}")),
            None => (version, String::new()),
        };
        self.image
            .replace("{registry}", &registry(region))
            .replace("{privatecaRegistry}", PRIVATE_CA_REGISTRY)
            .replace("{region}", region)
            .replace("{container}", self.name)
            .replace("{addonVersion}", version)
            .replace("{upstreamVersion}", upstream)
            .replace("{minimalTag}", &format!("{upstream}-minimal{build}"))
    }
}

/// The registry of EKS in a region: that of an account of AWS.
fn registry(region: &str) -> String {
    let own = REGISTRY_ACCOUNTS.iter().find(|(each, _)| *each == region);
    let account = own.map_or(REGISTRY_ACCOUNT, |(_, account)| *account);
    let domain = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    format!("{account}.dkr.ecr.{region}.{domain}")
}
