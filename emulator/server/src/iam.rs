//! The operations of IAM: each finds the account and hands the call on to the
//! core.

use eks_emulator_api::iam::*;
use eks_emulator_core::Timestamp;
use eks_emulator_core::iam::IamAccount;

use crate::identity::SharedIdentity;

/// IAM of one account, for one call.
#[derive(Debug)]
pub(crate) struct IamContext<'a> {
    pub(crate) identity: &'a SharedIdentity,
    pub(crate) partition: &'a str,
    pub(crate) account_id: &'a str,
    pub(crate) now: Timestamp,
}

impl IamContext<'_> {
    fn with<T>(
        &self,
        command: impl FnOnce(&mut IamAccount, Timestamp) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut store = self.identity.lock();
        command(store.account(self.partition, self.account_id), self.now)
    }
}

impl Operations for IamContext<'_> {
    type Context = ();
    type Failure = Error;

    fn add_client_id_to_open_id_connect_provider(
        &self,
        (): &(),
        input: AddClientIDToOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.add_client_id_to_open_id_connect_provider(now, input))
    }

    fn attach_role_policy(&self, (): &(), input: AttachRolePolicyRequest) -> Result<(), Error> {
        self.with(|account, now| account.attach_role_policy(now, input))
    }

    fn create_open_id_connect_provider(
        &self,
        (): &(),
        input: CreateOpenIDConnectProviderRequest,
    ) -> Result<CreateOpenIDConnectProviderResponse, Error> {
        self.with(|account, now| account.create_open_id_connect_provider(now, input))
    }

    fn create_policy(
        &self,
        (): &(),
        input: CreatePolicyRequest,
    ) -> Result<CreatePolicyResponse, Error> {
        self.with(|account, now| account.create_policy(now, input))
    }

    fn create_policy_version(
        &self,
        (): &(),
        input: CreatePolicyVersionRequest,
    ) -> Result<CreatePolicyVersionResponse, Error> {
        self.with(|account, now| account.create_policy_version(now, input))
    }

    fn create_role(&self, (): &(), input: CreateRoleRequest) -> Result<CreateRoleResponse, Error> {
        self.with(|account, now| account.create_role(now, input))
    }

    fn create_service_linked_role(
        &self,
        (): &(),
        input: CreateServiceLinkedRoleRequest,
    ) -> Result<CreateServiceLinkedRoleResponse, Error> {
        self.with(|account, now| account.create_service_linked_role(now, input))
    }

    fn delete_open_id_connect_provider(
        &self,
        (): &(),
        input: DeleteOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.delete_open_id_connect_provider(now, input))
    }

    fn delete_policy(&self, (): &(), input: DeletePolicyRequest) -> Result<(), Error> {
        self.with(|account, now| account.delete_policy(now, input))
    }

    fn delete_policy_version(
        &self,
        (): &(),
        input: DeletePolicyVersionRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.delete_policy_version(now, input))
    }

    fn delete_role(&self, (): &(), input: DeleteRoleRequest) -> Result<(), Error> {
        self.with(|account, now| account.delete_role(now, input))
    }

    fn delete_role_permissions_boundary(
        &self,
        (): &(),
        input: DeleteRolePermissionsBoundaryRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.delete_role_permissions_boundary(now, input))
    }

    fn delete_role_policy(&self, (): &(), input: DeleteRolePolicyRequest) -> Result<(), Error> {
        self.with(|account, now| account.delete_role_policy(now, input))
    }

    fn detach_role_policy(&self, (): &(), input: DetachRolePolicyRequest) -> Result<(), Error> {
        self.with(|account, now| account.detach_role_policy(now, input))
    }

    fn get_open_id_connect_provider(
        &self,
        (): &(),
        input: GetOpenIDConnectProviderRequest,
    ) -> Result<GetOpenIDConnectProviderResponse, Error> {
        self.with(|account, now| account.get_open_id_connect_provider(now, input))
    }

    fn get_policy(&self, (): &(), input: GetPolicyRequest) -> Result<GetPolicyResponse, Error> {
        self.with(|account, now| account.get_policy(now, input))
    }

    fn get_policy_version(
        &self,
        (): &(),
        input: GetPolicyVersionRequest,
    ) -> Result<GetPolicyVersionResponse, Error> {
        self.with(|account, now| account.get_policy_version(now, input))
    }

    fn get_role(&self, (): &(), input: GetRoleRequest) -> Result<GetRoleResponse, Error> {
        self.with(|account, now| account.get_role(now, input))
    }

    fn get_role_policy(
        &self,
        (): &(),
        input: GetRolePolicyRequest,
    ) -> Result<GetRolePolicyResponse, Error> {
        self.with(|account, now| account.get_role_policy(now, input))
    }

    fn list_attached_role_policies(
        &self,
        (): &(),
        input: ListAttachedRolePoliciesRequest,
    ) -> Result<ListAttachedRolePoliciesResponse, Error> {
        self.with(|account, now| account.list_attached_role_policies(now, input))
    }

    fn list_instance_profiles_for_role(
        &self,
        (): &(),
        input: ListInstanceProfilesForRoleRequest,
    ) -> Result<ListInstanceProfilesForRoleResponse, Error> {
        self.with(|account, now| account.list_instance_profiles_for_role(now, input))
    }

    fn list_open_id_connect_provider_tags(
        &self,
        (): &(),
        input: ListOpenIDConnectProviderTagsRequest,
    ) -> Result<ListOpenIDConnectProviderTagsResponse, Error> {
        self.with(|account, now| account.list_open_id_connect_provider_tags(now, input))
    }

    fn list_open_id_connect_providers(
        &self,
        (): &(),
        input: ListOpenIDConnectProvidersRequest,
    ) -> Result<ListOpenIDConnectProvidersResponse, Error> {
        self.with(|account, now| account.list_open_id_connect_providers(now, input))
    }

    fn list_policies(
        &self,
        (): &(),
        input: ListPoliciesRequest,
    ) -> Result<ListPoliciesResponse, Error> {
        self.with(|account, now| account.list_policies(now, input))
    }

    fn list_policy_tags(
        &self,
        (): &(),
        input: ListPolicyTagsRequest,
    ) -> Result<ListPolicyTagsResponse, Error> {
        self.with(|account, now| account.list_policy_tags(now, input))
    }

    fn list_policy_versions(
        &self,
        (): &(),
        input: ListPolicyVersionsRequest,
    ) -> Result<ListPolicyVersionsResponse, Error> {
        self.with(|account, now| account.list_policy_versions(now, input))
    }

    fn list_role_policies(
        &self,
        (): &(),
        input: ListRolePoliciesRequest,
    ) -> Result<ListRolePoliciesResponse, Error> {
        self.with(|account, now| account.list_role_policies(now, input))
    }

    fn list_role_tags(
        &self,
        (): &(),
        input: ListRoleTagsRequest,
    ) -> Result<ListRoleTagsResponse, Error> {
        self.with(|account, now| account.list_role_tags(now, input))
    }

    fn list_roles(&self, (): &(), input: ListRolesRequest) -> Result<ListRolesResponse, Error> {
        self.with(|account, now| account.list_roles(now, input))
    }

    fn put_role_permissions_boundary(
        &self,
        (): &(),
        input: PutRolePermissionsBoundaryRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.put_role_permissions_boundary(now, input))
    }

    fn put_role_policy(&self, (): &(), input: PutRolePolicyRequest) -> Result<(), Error> {
        self.with(|account, now| account.put_role_policy(now, input))
    }

    fn remove_client_id_from_open_id_connect_provider(
        &self,
        (): &(),
        input: RemoveClientIDFromOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.remove_client_id_from_open_id_connect_provider(now, input))
    }

    fn remove_role_from_instance_profile(
        &self,
        (): &(),
        input: RemoveRoleFromInstanceProfileRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.remove_role_from_instance_profile(now, input))
    }

    fn set_default_policy_version(
        &self,
        (): &(),
        input: SetDefaultPolicyVersionRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.set_default_policy_version(now, input))
    }

    fn tag_open_id_connect_provider(
        &self,
        (): &(),
        input: TagOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.tag_open_id_connect_provider(now, input))
    }

    fn tag_policy(&self, (): &(), input: TagPolicyRequest) -> Result<(), Error> {
        self.with(|account, now| account.tag_policy(now, input))
    }

    fn tag_role(&self, (): &(), input: TagRoleRequest) -> Result<(), Error> {
        self.with(|account, now| account.tag_role(now, input))
    }

    fn untag_open_id_connect_provider(
        &self,
        (): &(),
        input: UntagOpenIDConnectProviderRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.untag_open_id_connect_provider(now, input))
    }

    fn untag_policy(&self, (): &(), input: UntagPolicyRequest) -> Result<(), Error> {
        self.with(|account, now| account.untag_policy(now, input))
    }

    fn untag_role(&self, (): &(), input: UntagRoleRequest) -> Result<(), Error> {
        self.with(|account, now| account.untag_role(now, input))
    }

    fn update_assume_role_policy(
        &self,
        (): &(),
        input: UpdateAssumeRolePolicyRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.update_assume_role_policy(now, input))
    }

    fn update_open_id_connect_provider_thumbprint(
        &self,
        (): &(),
        input: UpdateOpenIDConnectProviderThumbprintRequest,
    ) -> Result<(), Error> {
        self.with(|account, now| account.update_open_id_connect_provider_thumbprint(now, input))
    }

    fn update_role(&self, (): &(), input: UpdateRoleRequest) -> Result<UpdateRoleResponse, Error> {
        self.with(|account, now| account.update_role(now, input))
    }

    fn update_role_description(
        &self,
        (): &(),
        input: UpdateRoleDescriptionRequest,
    ) -> Result<UpdateRoleDescriptionResponse, Error> {
        self.with(|account, now| account.update_role_description(now, input))
    }
}
