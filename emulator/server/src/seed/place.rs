//! Where things of a document are: accounts, regions, and the ARNs of names.

use eks_emulator_core::arn::Arn;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_protocol::sigv4::{CallerDefaults, partition_of};

use super::document::{AccountExtras, ClusterSeed, Defaults};
use super::mistake::Mistake;

/// Where things of a document are that do not say so themselves.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub(super) account_id: String,
    pub(super) region: String,
}

/// An account of IAM, which has no region: partition and account.
pub(super) type AccountPlace = (String, String);

impl Home {
    /// What a document says, or else the emulator.
    pub(super) fn new(defaults: &Defaults, callers: &CallerDefaults) -> Self {
        let given = |given: &Option<String>, or: &str| given.as_deref().unwrap_or(or).to_owned();
        Self {
            account_id: given(&defaults.account, &callers.account_id),
            region: given(&defaults.region, &callers.region),
        }
    }

    /// The account and region.
    pub(super) fn here(&self) -> AccountRegion {
        home(&self.account_id, &self.region)
    }

    /// The account of something of IAM.
    pub(super) fn account(&self, extras: &AccountExtras) -> AccountPlace {
        let account_id = extras.account.as_ref().unwrap_or(&self.account_id).clone();
        let partition = extras.partition.clone();
        let here = || partition_of(&self.region).to_owned();
        (partition.unwrap_or_else(here), account_id)
    }

    /// Where a cluster is: where its ARN is, if it has one.
    ///
    /// Errors: the ARN is not the cluster's, or is elsewhere than it says.
    pub(super) fn of_cluster(
        &self,
        pointer: &str,
        cluster: &ClusterSeed,
    ) -> Result<AccountRegion, Mistake> {
        let extras = &cluster.x_emulator;
        let Some(text) = &cluster.arn else {
            let account_id = extras.account.as_ref().unwrap_or(&self.account_id);
            let region = extras.region.as_ref().unwrap_or(&self.region);
            return Ok(home(account_id, region));
        };
        let mistake = |message: String| Mistake::new(format!("{pointer}/arn"), message);
        let arn = Arn::parse(text).filter(|arn| {
            arn.service == "eks" && arn.resource == format!("cluster/{}", cluster.name)
        });
        let arn = arn.ok_or_else(|| {
            mistake(format!(
                "{text} is not the ARN of a cluster {}",
                cluster.name
            ))
        })?;
        let is_there =
            |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        if !is_there(&extras.account, arn.account_id) || !is_there(&extras.region, arn.region) {
            return Err(mistake("the ARN is elsewhere than x-emulator says".into()));
        }
        Ok(AccountRegion {
            partition: arn.partition.to_owned(),
            account_id: arn.account_id.to_owned(),
            region: arn.region.to_owned(),
        })
    }
}

pub(super) fn home(account_id: &str, region: &str) -> AccountRegion {
    AccountRegion {
        partition: partition_of(region).to_owned(),
        account_id: account_id.to_owned(),
        region: region.to_owned(),
    }
}

/// The ARN of something of IAM that is given by its kind and name, such as
/// `role/reader`, or by its ARN.
pub(super) fn iam_arn(text: &str, partition: &str, account_id: &str) -> String {
    let kinds = ["role/", "user/", "policy/"];
    match kinds.iter().any(|kind| text.starts_with(kind)) {
        true => format!("arn:{partition}:iam::{account_id}:{text}"),
        false => text.to_owned(),
    }
}
