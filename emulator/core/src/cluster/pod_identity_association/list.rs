//! `ListPodIdentityAssociations`.

use eks_emulator_api::eks::{
    Error, ListPodIdentityAssociationsRequest, ListPodIdentityAssociationsResponse,
    PodIdentityAssociationSummary,
};

use super::{Association, AssociationId};
use crate::cluster::Cluster;
use crate::page::Page;

impl Cluster {
    /// The associations of the cluster, of a namespace, of a service account
    /// name, or of one service account, in ascending order of id.
    ///
    /// Errors: `InvalidParameterException` for a broken token.
    pub fn list_pod_identity_associations(
        &self,
        input: &ListPodIdentityAssociationsRequest,
    ) -> Result<ListPodIdentityAssociationsResponse, Error> {
        let namespace = input.namespace.as_deref();
        let service_account = input.service_account.as_deref();
        let scope = format!(
            "ListPodIdentityAssociations/{}/{}/{}",
            self.name,
            namespace.unwrap_or_default(),
            service_account.unwrap_or_default()
        );
        let page = Page::new(&scope, input.max_results, input.next_token.as_deref())?;
        let after = page.after().and_then(AssociationId::parse);
        let all = &self.associations;
        let (taken, next_token) = match (namespace, service_account) {
            (None, None) => take(&page, all.after(after)),
            (Some(namespace), None) => take(&page, all.of_namespace(namespace, after)),
            (None, Some(name)) => take(&page, all.of_service_account_name(name, after)),
            (Some(namespace), Some(name)) => {
                let found = all.of(namespace, name);
                take(
                    &page,
                    found.filter(|found| Some(found.id) > after).into_iter(),
                )
            }
        };
        let associations = taken
            .into_iter()
            .map(|taken| self.summarize(taken))
            .collect();
        Ok(ListPodIdentityAssociationsResponse {
            associations: Some(associations),
            next_token,
        })
    }

    fn summarize(&self, listed: Listed<'_>) -> PodIdentityAssociationSummary {
        PodIdentityAssociationSummary {
            cluster_name: Some((*self.name).to_owned()),
            namespace: Some(listed.namespace.to_owned()),
            service_account: Some(listed.service_account.to_owned()),
            association_arn: Some(self.association_arn(listed.id)),
            association_id: Some(listed.id.to_string()),
            owner_arn: listed.owner_arn.map(str::to_owned),
        }
    }
}

/// What a summary takes from an association.
///
/// It is read from all associations of a page before the first summary is
/// written: they lie apart in memory, and one need not wait for the other.
struct Listed<'a> {
    id: AssociationId,
    namespace: &'a str,
    service_account: &'a str,
    owner_arn: Option<&'a str>,
}

fn take<'a>(
    page: &Page,
    associations: impl Iterator<Item = &'a Association>,
) -> (Vec<Listed<'a>>, Option<String>) {
    let listed = associations.map(|association| Listed {
        id: association.id,
        namespace: &association.namespace,
        service_account: &association.service_account,
        owner_arn: association.owner_arn.as_deref(),
    });
    page.take(listed, |listed| listed.id.to_string())
}
