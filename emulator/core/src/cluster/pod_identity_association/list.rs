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

    fn summarize(&self, association: &Association) -> PodIdentityAssociationSummary {
        PodIdentityAssociationSummary {
            cluster_name: Some(self.name.clone()),
            namespace: Some(association.namespace.to_string()),
            service_account: Some(association.service_account.to_string()),
            association_arn: Some(self.association_arn(association.id)),
            association_id: Some(association.id.to_string()),
            owner_arn: association
                .owner_arn
                .as_ref()
                .map(|owner_arn| owner_arn.to_string()),
        }
    }
}

fn take<'a>(
    page: &Page,
    associations: impl Iterator<Item = &'a Association>,
) -> (Vec<&'a Association>, Option<String>) {
    page.take(associations, |association| association.id.to_string())
}
