//! The operations of Amazon EKS: each finds what it is about and hands the
//! call on to the core.

use eks_emulator_api::eks::*;
use eks_emulator_core::cluster::{Cluster, MissingCluster};
use eks_emulator_core::tagging::{TaggedResource, resource_was_not_found};
use eks_emulator_core::{Environment, catalog};

use crate::service::CallContext;

/// Amazon EKS.
pub(crate) struct Eks;

/// Declares operations that the emulator does not have yet.
macro_rules! not_built {
    ($($operation:ident($input:ident) -> $output:ident;)+) => {
        $(fn $operation(&self, _context: &CallContext, _input: $input) -> Result<$output> {
            Err(Failure::NotBuilt)
        })+
    };
}

/// Why an operation has no output.
#[derive(Debug)]
pub(crate) enum Failure<Exception = Error> {
    /// The service says no.
    Service(Exception),
    /// The emulator does not have the operation yet.
    NotBuilt,
}

impl<Exception> From<Exception> for Failure<Exception> {
    fn from(error: Exception) -> Self {
        Self::Service(error)
    }
}

type Result<T, E = Failure> = std::result::Result<T, E>;

impl CallContext {
    fn with_cluster<T>(
        &self,
        name: &str,
        missing: MissingCluster,
        command: impl FnOnce(&mut Cluster, &Environment<'_>) -> Result<T, Error>,
    ) -> Result<T> {
        let environment = self.environment();
        let run = |cluster: &mut Cluster| command(cluster, &environment);
        Ok(self.region.with_cluster(&environment, name, missing, run)?)
    }

    fn with_tagged<T>(
        &self,
        resource_arn: &str,
        command: impl FnOnce(&mut Cluster, &TaggedResource) -> Result<T, Error>,
    ) -> Result<T> {
        let environment = self.environment();
        let resource = TaggedResource::parse(resource_arn, self.region.home())?;
        let name = &resource.cluster_name;
        Ok(self
            .region
            .with_slot(&environment, name, resource_was_not_found, |slot| {
                let cluster = slot
                    .cluster(&environment)
                    .ok_or_else(resource_was_not_found)?;
                command(cluster, &resource)
            })?)
    }
}

impl Operations for Eks {
    type Context = CallContext;
    type Failure = Failure;

    fn create_addon(
        &self,
        context: &CallContext,
        input: CreateAddonRequest,
    ) -> Result<CreateAddonResponse> {
        let name = input.cluster_name.clone();
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.create_addon(environment, input)
        };
        context.with_cluster(&name, MissingCluster::OnAPart, run)
    }

    fn create_cluster(
        &self,
        context: &CallContext,
        input: CreateClusterRequest,
    ) -> Result<CreateClusterResponse> {
        Ok(context
            .region
            .create_cluster(&context.environment(), input)?)
    }

    fn create_pod_identity_association(
        &self,
        context: &CallContext,
        input: CreatePodIdentityAssociationRequest,
    ) -> Result<CreatePodIdentityAssociationResponse> {
        let name = input.cluster_name.clone();
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.create_pod_identity_association(environment, input)
        };
        context.with_cluster(&name, MissingCluster::OnAPart, run)
    }

    fn delete_addon(
        &self,
        context: &CallContext,
        input: DeleteAddonRequest,
    ) -> Result<DeleteAddonResponse> {
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.delete_addon(environment, &input)
        };
        context.with_cluster(&input.cluster_name, MissingCluster::OnAPart, run)
    }

    fn delete_cluster(
        &self,
        context: &CallContext,
        input: DeleteClusterRequest,
    ) -> Result<DeleteClusterResponse> {
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.delete_cluster(environment)
        };
        context.with_cluster(&input.name, MissingCluster::OnItself, run)
    }

    fn delete_pod_identity_association(
        &self,
        context: &CallContext,
        input: DeletePodIdentityAssociationRequest,
    ) -> Result<DeletePodIdentityAssociationResponse> {
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.delete_pod_identity_association(environment, &input.association_id)
        };
        context.with_cluster(&input.cluster_name, MissingCluster::OnAPart, run)
    }

    fn describe_addon(
        &self,
        context: &CallContext,
        input: DescribeAddonRequest,
    ) -> Result<DescribeAddonResponse> {
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.describe_addon(environment, &input.addon_name)
        };
        context.with_cluster(&input.cluster_name, MissingCluster::OnAPart, run)
    }

    fn describe_addon_configuration(
        &self,
        context: &CallContext,
        input: DescribeAddonConfigurationRequest,
    ) -> Result<DescribeAddonConfigurationResponse> {
        let partition = &context.region.home().partition;
        Ok(catalog::describe_addon_configuration(
            &context.catalog,
            partition,
            input,
        )?)
    }

    fn describe_addon_versions(
        &self,
        context: &CallContext,
        input: DescribeAddonVersionsRequest,
    ) -> Result<DescribeAddonVersionsResponse> {
        Ok(catalog::describe_addon_versions(&context.catalog, input)?)
    }

    fn describe_cluster(
        &self,
        context: &CallContext,
        input: DescribeClusterRequest,
    ) -> Result<DescribeClusterResponse> {
        let environment = context.environment();
        let missing = || MissingCluster::OnItself.error(&input.name);
        Ok(context
            .region
            .with_slot(&environment, &input.name, missing, |slot| {
                slot.describe_cluster(&environment)
            })?)
    }

    fn describe_cluster_versions(
        &self,
        context: &CallContext,
        input: DescribeClusterVersionsRequest,
    ) -> Result<DescribeClusterVersionsResponse> {
        Ok(catalog::describe_cluster_versions(context.now, input)?)
    }

    fn describe_pod_identity_association(
        &self,
        context: &CallContext,
        input: DescribePodIdentityAssociationRequest,
    ) -> Result<DescribePodIdentityAssociationResponse> {
        let run = |cluster: &mut Cluster, _: &Environment<'_>| {
            cluster.describe_pod_identity_association(&input.association_id)
        };
        context.with_cluster(&input.cluster_name, MissingCluster::OnAPart, run)
    }

    fn describe_update(
        &self,
        context: &CallContext,
        input: DescribeUpdateRequest,
    ) -> Result<DescribeUpdateResponse> {
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.describe_update(environment, &input)
        };
        context.with_cluster(&input.name, MissingCluster::OnAPart, run)
    }

    fn list_addons(
        &self,
        context: &CallContext,
        input: ListAddonsRequest,
    ) -> Result<ListAddonsResponse> {
        let run = |cluster: &mut Cluster, _: &Environment<'_>| cluster.list_addons(&input);
        context.with_cluster(&input.cluster_name, MissingCluster::OnListAddons, run)
    }

    fn list_clusters(
        &self,
        context: &CallContext,
        input: ListClustersRequest,
    ) -> Result<ListClustersResponse> {
        Ok(context
            .region
            .list_clusters(&context.environment(), &input)?)
    }

    fn list_pod_identity_associations(
        &self,
        context: &CallContext,
        input: ListPodIdentityAssociationsRequest,
    ) -> Result<ListPodIdentityAssociationsResponse> {
        let run = |cluster: &mut Cluster, _: &Environment<'_>| {
            cluster.list_pod_identity_associations(&input)
        };
        context.with_cluster(&input.cluster_name, MissingCluster::OnAPart, run)
    }

    fn list_tags_for_resource(
        &self,
        context: &CallContext,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse> {
        context.with_tagged(&input.resource_arn, |cluster, resource| {
            cluster.list_tags_for_resource(resource)
        })
    }

    fn list_updates(
        &self,
        context: &CallContext,
        input: ListUpdatesRequest,
    ) -> Result<ListUpdatesResponse> {
        let run = |cluster: &mut Cluster, _: &Environment<'_>| cluster.list_updates(&input);
        context.with_cluster(&input.name, MissingCluster::OnAPart, run)
    }

    fn tag_resource(
        &self,
        context: &CallContext,
        input: TagResourceRequest,
    ) -> Result<TagResourceResponse> {
        context.with_tagged(&input.resource_arn, |cluster, resource| {
            cluster.tag_resource(resource, input.tags)
        })
    }

    fn untag_resource(
        &self,
        context: &CallContext,
        input: UntagResourceRequest,
    ) -> Result<UntagResourceResponse> {
        context.with_tagged(&input.resource_arn, |cluster, resource| {
            cluster.untag_resource(resource, &input.tag_keys)
        })
    }

    fn update_addon(
        &self,
        context: &CallContext,
        input: UpdateAddonRequest,
    ) -> Result<UpdateAddonResponse> {
        let name = input.cluster_name.clone();
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.update_addon(environment, input)
        };
        context.with_cluster(&name, MissingCluster::OnAPart, run)
    }

    fn update_cluster_config(
        &self,
        context: &CallContext,
        input: UpdateClusterConfigRequest,
    ) -> Result<UpdateClusterConfigResponse> {
        let name = input.name.clone();
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.update_cluster_config(environment, input)
        };
        context.with_cluster(&name, MissingCluster::OnItself, run)
    }

    fn update_cluster_version(
        &self,
        context: &CallContext,
        input: UpdateClusterVersionRequest,
    ) -> Result<UpdateClusterVersionResponse> {
        let name = input.name.clone();
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.update_cluster_version(environment, input)
        };
        context.with_cluster(&name, MissingCluster::OnItself, run)
    }

    fn update_pod_identity_association(
        &self,
        context: &CallContext,
        input: UpdatePodIdentityAssociationRequest,
    ) -> Result<UpdatePodIdentityAssociationResponse> {
        let name = input.cluster_name.clone();
        let run = |cluster: &mut Cluster, environment: &Environment<'_>| {
            cluster.update_pod_identity_association(environment, input)
        };
        context.with_cluster(&name, MissingCluster::OnAPart, run)
    }

    // Routed and validated, but not built yet.
    not_built! {
        activate_certificate_authority(ActivateCertificateAuthorityRequest) -> ActivateCertificateAuthorityResponse;
        associate_access_policy(AssociateAccessPolicyRequest) -> AssociateAccessPolicyResponse;
        associate_encryption_config(AssociateEncryptionConfigRequest) -> AssociateEncryptionConfigResponse;
        associate_identity_provider_config(AssociateIdentityProviderConfigRequest) -> AssociateIdentityProviderConfigResponse;
        cancel_update(CancelUpdateRequest) -> CancelUpdateResponse;
        create_access_entry(CreateAccessEntryRequest) -> CreateAccessEntryResponse;
        create_capability(CreateCapabilityRequest) -> CreateCapabilityResponse;
        create_certificate_authority(CreateCertificateAuthorityRequest) -> CreateCertificateAuthorityResponse;
        create_eks_anywhere_subscription(CreateEksAnywhereSubscriptionRequest) -> CreateEksAnywhereSubscriptionResponse;
        create_fargate_profile(CreateFargateProfileRequest) -> CreateFargateProfileResponse;
        create_nodegroup(CreateNodegroupRequest) -> CreateNodegroupResponse;
        delete_access_entry(DeleteAccessEntryRequest) -> DeleteAccessEntryResponse;
        delete_capability(DeleteCapabilityRequest) -> DeleteCapabilityResponse;
        delete_certificate_authority(DeleteCertificateAuthorityRequest) -> DeleteCertificateAuthorityResponse;
        delete_eks_anywhere_subscription(DeleteEksAnywhereSubscriptionRequest) -> DeleteEksAnywhereSubscriptionResponse;
        delete_fargate_profile(DeleteFargateProfileRequest) -> DeleteFargateProfileResponse;
        delete_nodegroup(DeleteNodegroupRequest) -> DeleteNodegroupResponse;
        deregister_cluster(DeregisterClusterRequest) -> DeregisterClusterResponse;
        describe_access_entry(DescribeAccessEntryRequest) -> DescribeAccessEntryResponse;
        describe_capability(DescribeCapabilityRequest) -> DescribeCapabilityResponse;
        describe_certificate_authority(DescribeCertificateAuthorityRequest) -> DescribeCertificateAuthorityResponse;
        describe_eks_anywhere_subscription(DescribeEksAnywhereSubscriptionRequest) -> DescribeEksAnywhereSubscriptionResponse;
        describe_fargate_profile(DescribeFargateProfileRequest) -> DescribeFargateProfileResponse;
        describe_identity_provider_config(DescribeIdentityProviderConfigRequest) -> DescribeIdentityProviderConfigResponse;
        describe_insight(DescribeInsightRequest) -> DescribeInsightResponse;
        describe_insights_refresh(DescribeInsightsRefreshRequest) -> DescribeInsightsRefreshResponse;
        describe_nodegroup(DescribeNodegroupRequest) -> DescribeNodegroupResponse;
        disassociate_access_policy(DisassociateAccessPolicyRequest) -> DisassociateAccessPolicyResponse;
        disassociate_identity_provider_config(DisassociateIdentityProviderConfigRequest) -> DisassociateIdentityProviderConfigResponse;
        list_access_entries(ListAccessEntriesRequest) -> ListAccessEntriesResponse;
        list_access_policies(ListAccessPoliciesRequest) -> ListAccessPoliciesResponse;
        list_associated_access_policies(ListAssociatedAccessPoliciesRequest) -> ListAssociatedAccessPoliciesResponse;
        list_capabilities(ListCapabilitiesRequest) -> ListCapabilitiesResponse;
        list_certificate_authorities(ListCertificateAuthoritiesRequest) -> ListCertificateAuthoritiesResponse;
        list_eks_anywhere_subscriptions(ListEksAnywhereSubscriptionsRequest) -> ListEksAnywhereSubscriptionsResponse;
        list_fargate_profiles(ListFargateProfilesRequest) -> ListFargateProfilesResponse;
        list_identity_provider_configs(ListIdentityProviderConfigsRequest) -> ListIdentityProviderConfigsResponse;
        list_insights(ListInsightsRequest) -> ListInsightsResponse;
        list_nodegroups(ListNodegroupsRequest) -> ListNodegroupsResponse;
        register_cluster(RegisterClusterRequest) -> RegisterClusterResponse;
        start_insights_refresh(StartInsightsRefreshRequest) -> StartInsightsRefreshResponse;
        update_access_entry(UpdateAccessEntryRequest) -> UpdateAccessEntryResponse;
        update_capability(UpdateCapabilityRequest) -> UpdateCapabilityResponse;
        update_eks_anywhere_subscription(UpdateEksAnywhereSubscriptionRequest) -> UpdateEksAnywhereSubscriptionResponse;
        update_nodegroup_config(UpdateNodegroupConfigRequest) -> UpdateNodegroupConfigResponse;
        update_nodegroup_version(UpdateNodegroupVersionRequest) -> UpdateNodegroupVersionResponse;
    }
}
