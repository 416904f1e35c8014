//! Drawn documents through the generated types: inputs decode, outputs encode.

use eks_emulator_api::schema::Operation;
use eks_emulator_api::{Respond, eks, eks_auth};
use eks_emulator_protocol::rest_json1::{to_vec, validate};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::documents::in_milliseconds;
use crate::drawing::{document, for_all};

/// A service that answers every operation with the document in its context.
struct Echo;

macro_rules! echo {
    ($module:ident { $($method:ident: $input:ident => $output:ident,)+ }) => {
        impl $module::Operations for Echo {
            type Context = Value;
            type Failure = serde_json::Error;

            $(fn $method(
                &self,
                context: &Value,
                _: $module::$input,
            ) -> Result<$module::$output, serde_json::Error> {
                serde_json::from_value(context.clone())
            })+
        }
    };
}

echo!(eks_auth {
    assume_role_for_pod_identity: AssumeRoleForPodIdentityRequest => AssumeRoleForPodIdentityResponse,
});

echo!(eks {
    activate_certificate_authority: ActivateCertificateAuthorityRequest => ActivateCertificateAuthorityResponse,
    associate_access_policy: AssociateAccessPolicyRequest => AssociateAccessPolicyResponse,
    associate_encryption_config: AssociateEncryptionConfigRequest => AssociateEncryptionConfigResponse,
    associate_identity_provider_config: AssociateIdentityProviderConfigRequest => AssociateIdentityProviderConfigResponse,
    cancel_update: CancelUpdateRequest => CancelUpdateResponse,
    create_access_entry: CreateAccessEntryRequest => CreateAccessEntryResponse,
    create_addon: CreateAddonRequest => CreateAddonResponse,
    create_capability: CreateCapabilityRequest => CreateCapabilityResponse,
    create_certificate_authority: CreateCertificateAuthorityRequest => CreateCertificateAuthorityResponse,
    create_cluster: CreateClusterRequest => CreateClusterResponse,
    create_eks_anywhere_subscription: CreateEksAnywhereSubscriptionRequest => CreateEksAnywhereSubscriptionResponse,
    create_fargate_profile: CreateFargateProfileRequest => CreateFargateProfileResponse,
    create_nodegroup: CreateNodegroupRequest => CreateNodegroupResponse,
    create_pod_identity_association: CreatePodIdentityAssociationRequest => CreatePodIdentityAssociationResponse,
    delete_access_entry: DeleteAccessEntryRequest => DeleteAccessEntryResponse,
    delete_addon: DeleteAddonRequest => DeleteAddonResponse,
    delete_capability: DeleteCapabilityRequest => DeleteCapabilityResponse,
    delete_certificate_authority: DeleteCertificateAuthorityRequest => DeleteCertificateAuthorityResponse,
    delete_cluster: DeleteClusterRequest => DeleteClusterResponse,
    delete_eks_anywhere_subscription: DeleteEksAnywhereSubscriptionRequest => DeleteEksAnywhereSubscriptionResponse,
    delete_fargate_profile: DeleteFargateProfileRequest => DeleteFargateProfileResponse,
    delete_nodegroup: DeleteNodegroupRequest => DeleteNodegroupResponse,
    delete_pod_identity_association: DeletePodIdentityAssociationRequest => DeletePodIdentityAssociationResponse,
    deregister_cluster: DeregisterClusterRequest => DeregisterClusterResponse,
    describe_access_entry: DescribeAccessEntryRequest => DescribeAccessEntryResponse,
    describe_addon: DescribeAddonRequest => DescribeAddonResponse,
    describe_addon_configuration: DescribeAddonConfigurationRequest => DescribeAddonConfigurationResponse,
    describe_addon_versions: DescribeAddonVersionsRequest => DescribeAddonVersionsResponse,
    describe_capability: DescribeCapabilityRequest => DescribeCapabilityResponse,
    describe_certificate_authority: DescribeCertificateAuthorityRequest => DescribeCertificateAuthorityResponse,
    describe_cluster: DescribeClusterRequest => DescribeClusterResponse,
    describe_cluster_versions: DescribeClusterVersionsRequest => DescribeClusterVersionsResponse,
    describe_eks_anywhere_subscription: DescribeEksAnywhereSubscriptionRequest => DescribeEksAnywhereSubscriptionResponse,
    describe_fargate_profile: DescribeFargateProfileRequest => DescribeFargateProfileResponse,
    describe_identity_provider_config: DescribeIdentityProviderConfigRequest => DescribeIdentityProviderConfigResponse,
    describe_insight: DescribeInsightRequest => DescribeInsightResponse,
    describe_insights_refresh: DescribeInsightsRefreshRequest => DescribeInsightsRefreshResponse,
    describe_nodegroup: DescribeNodegroupRequest => DescribeNodegroupResponse,
    describe_pod_identity_association: DescribePodIdentityAssociationRequest => DescribePodIdentityAssociationResponse,
    describe_update: DescribeUpdateRequest => DescribeUpdateResponse,
    disassociate_access_policy: DisassociateAccessPolicyRequest => DisassociateAccessPolicyResponse,
    disassociate_identity_provider_config: DisassociateIdentityProviderConfigRequest => DisassociateIdentityProviderConfigResponse,
    list_access_entries: ListAccessEntriesRequest => ListAccessEntriesResponse,
    list_access_policies: ListAccessPoliciesRequest => ListAccessPoliciesResponse,
    list_addons: ListAddonsRequest => ListAddonsResponse,
    list_associated_access_policies: ListAssociatedAccessPoliciesRequest => ListAssociatedAccessPoliciesResponse,
    list_capabilities: ListCapabilitiesRequest => ListCapabilitiesResponse,
    list_certificate_authorities: ListCertificateAuthoritiesRequest => ListCertificateAuthoritiesResponse,
    list_clusters: ListClustersRequest => ListClustersResponse,
    list_eks_anywhere_subscriptions: ListEksAnywhereSubscriptionsRequest => ListEksAnywhereSubscriptionsResponse,
    list_fargate_profiles: ListFargateProfilesRequest => ListFargateProfilesResponse,
    list_identity_provider_configs: ListIdentityProviderConfigsRequest => ListIdentityProviderConfigsResponse,
    list_insights: ListInsightsRequest => ListInsightsResponse,
    list_nodegroups: ListNodegroupsRequest => ListNodegroupsResponse,
    list_pod_identity_associations: ListPodIdentityAssociationsRequest => ListPodIdentityAssociationsResponse,
    list_tags_for_resource: ListTagsForResourceRequest => ListTagsForResourceResponse,
    list_updates: ListUpdatesRequest => ListUpdatesResponse,
    register_cluster: RegisterClusterRequest => RegisterClusterResponse,
    start_insights_refresh: StartInsightsRefreshRequest => StartInsightsRefreshResponse,
    tag_resource: TagResourceRequest => TagResourceResponse,
    untag_resource: UntagResourceRequest => UntagResourceResponse,
    update_access_entry: UpdateAccessEntryRequest => UpdateAccessEntryResponse,
    update_addon: UpdateAddonRequest => UpdateAddonResponse,
    update_capability: UpdateCapabilityRequest => UpdateCapabilityResponse,
    update_cluster_config: UpdateClusterConfigRequest => UpdateClusterConfigResponse,
    update_cluster_version: UpdateClusterVersionRequest => UpdateClusterVersionResponse,
    update_eks_anywhere_subscription: UpdateEksAnywhereSubscriptionRequest => UpdateEksAnywhereSubscriptionResponse,
    update_nodegroup_config: UpdateNodegroupConfigRequest => UpdateNodegroupConfigResponse,
    update_nodegroup_version: UpdateNodegroupVersionRequest => UpdateNodegroupVersionResponse,
    update_pod_identity_association: UpdatePodIdentityAssociationRequest => UpdatePodIdentityAssociationResponse,
});

/// Writes what the echo returned.
struct Written;

impl Respond<serde_json::Error> for Written {
    type Answer = Result<Vec<u8>, serde_json::Error>;

    fn answer<Output: Serialize>(self, result: Result<Output, serde_json::Error>) -> Self::Answer {
        result.map(|output| to_vec(&output))
    }

    fn undecodable(self, error: serde_json::Error) -> Self::Answer {
        Err(error)
    }
}

type Dispatch = fn(&Echo, &Value, &Operation, Value, Written) -> Result<Vec<u8>, serde_json::Error>;

fn check_service(operations: &[&'static Operation], dispatch: Dispatch) {
    for operation in operations {
        let drawn = (document(operation.input), document(operation.output));
        for_all(operation.name, &drawn, |(input, output)| {
            let written = dispatch(&Echo, &output, operation, input, Written)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let written: Value = serde_json::from_slice(&written).unwrap();
            prop_assert_eq!(validate(operation.output, &written), Ok(()));
            prop_assert_eq!(
                in_milliseconds(without_nulls(written)),
                in_milliseconds(output)
            );
            Ok(())
        });
    }
}

#[test]
fn valid_inputs_decode_and_typed_outputs_have_their_shape() {
    check_service(&eks::OPERATIONS, eks::dispatch);
    check_service(&eks_auth::OPERATIONS, eks_auth::dispatch);
}

/// Unset members are written as `null`, which drawn documents do not have.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        other => other,
    }
}
