//! An account with a clock, driven by the names and documents of the API.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::*;
use eks_emulator_core::iam::{IamAccount, IamMode};
use serde_json::{Value, json};

/// 2026-07-25T17:20:00Z.
pub(crate) const START_MS: i64 = 1_785_000_000_000;
/// The same as answers have it in tests.
pub(crate) const START: f64 = 1_785_000_000.0;

pub(crate) const ACCOUNT: &str = "111122223333";

pub(crate) const POD_IDENTITY_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
pub(crate) const POD_IDENTITY_TRUST_ENCODED: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22pods.eks.amazonaws.com%22%7D%2C%22Action%22%3A%5B%22sts%3AAssumeRole%22%2C%22sts%3ATagSession%22%5D%7D%5D%7D";

pub(crate) const READ_BUCKET: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]}"#;
pub(crate) const READ_BUCKET_ENCODED: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGetObject%22%2C%22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3Abucket%2F%2A%22%7D%5D%7D";

/// An account with a clock.
#[derive(Clone, Debug)]
pub(crate) struct Iam {
    pub(crate) account: IamAccount,
    pub(crate) now: Timestamp,
}

macro_rules! operations {
    ($($method:ident($input:ident) = $name:literal,)+) => {
        /// Every operation.
        pub(crate) const NAMES: [&str; 44] = [$($name),+];

        fn perform(
            account: &mut IamAccount,
            now: Timestamp,
            name: &str,
            input: Value,
        ) -> Result<Value, Error> {
            match name {
                $($name => {
                    let input: $input = serde_json::from_value(input).expect("the input decodes");
                    let output = account.$method(now, input)?;
                    Ok(serde_json::to_value(output).expect("outputs serialize"))
                })+
                _ => panic!("there is no operation {name}"),
            }
        }
    };
}

operations! {
    add_client_id_to_open_id_connect_provider(AddClientIDToOpenIDConnectProviderRequest) = "AddClientIDToOpenIDConnectProvider",
    attach_role_policy(AttachRolePolicyRequest) = "AttachRolePolicy",
    create_open_id_connect_provider(CreateOpenIDConnectProviderRequest) = "CreateOpenIDConnectProvider",
    create_policy(CreatePolicyRequest) = "CreatePolicy",
    create_policy_version(CreatePolicyVersionRequest) = "CreatePolicyVersion",
    create_role(CreateRoleRequest) = "CreateRole",
    create_service_linked_role(CreateServiceLinkedRoleRequest) = "CreateServiceLinkedRole",
    delete_open_id_connect_provider(DeleteOpenIDConnectProviderRequest) = "DeleteOpenIDConnectProvider",
    delete_policy(DeletePolicyRequest) = "DeletePolicy",
    delete_policy_version(DeletePolicyVersionRequest) = "DeletePolicyVersion",
    delete_role(DeleteRoleRequest) = "DeleteRole",
    delete_role_permissions_boundary(DeleteRolePermissionsBoundaryRequest) = "DeleteRolePermissionsBoundary",
    delete_role_policy(DeleteRolePolicyRequest) = "DeleteRolePolicy",
    detach_role_policy(DetachRolePolicyRequest) = "DetachRolePolicy",
    get_open_id_connect_provider(GetOpenIDConnectProviderRequest) = "GetOpenIDConnectProvider",
    get_policy(GetPolicyRequest) = "GetPolicy",
    get_policy_version(GetPolicyVersionRequest) = "GetPolicyVersion",
    get_role(GetRoleRequest) = "GetRole",
    get_role_policy(GetRolePolicyRequest) = "GetRolePolicy",
    list_attached_role_policies(ListAttachedRolePoliciesRequest) = "ListAttachedRolePolicies",
    list_instance_profiles_for_role(ListInstanceProfilesForRoleRequest) = "ListInstanceProfilesForRole",
    list_open_id_connect_provider_tags(ListOpenIDConnectProviderTagsRequest) = "ListOpenIDConnectProviderTags",
    list_open_id_connect_providers(ListOpenIDConnectProvidersRequest) = "ListOpenIDConnectProviders",
    list_policies(ListPoliciesRequest) = "ListPolicies",
    list_policy_tags(ListPolicyTagsRequest) = "ListPolicyTags",
    list_policy_versions(ListPolicyVersionsRequest) = "ListPolicyVersions",
    list_role_policies(ListRolePoliciesRequest) = "ListRolePolicies",
    list_role_tags(ListRoleTagsRequest) = "ListRoleTags",
    list_roles(ListRolesRequest) = "ListRoles",
    put_role_permissions_boundary(PutRolePermissionsBoundaryRequest) = "PutRolePermissionsBoundary",
    put_role_policy(PutRolePolicyRequest) = "PutRolePolicy",
    remove_client_id_from_open_id_connect_provider(RemoveClientIDFromOpenIDConnectProviderRequest) = "RemoveClientIDFromOpenIDConnectProvider",
    remove_role_from_instance_profile(RemoveRoleFromInstanceProfileRequest) = "RemoveRoleFromInstanceProfile",
    set_default_policy_version(SetDefaultPolicyVersionRequest) = "SetDefaultPolicyVersion",
    tag_open_id_connect_provider(TagOpenIDConnectProviderRequest) = "TagOpenIDConnectProvider",
    tag_policy(TagPolicyRequest) = "TagPolicy",
    tag_role(TagRoleRequest) = "TagRole",
    untag_open_id_connect_provider(UntagOpenIDConnectProviderRequest) = "UntagOpenIDConnectProvider",
    untag_policy(UntagPolicyRequest) = "UntagPolicy",
    untag_role(UntagRoleRequest) = "UntagRole",
    update_assume_role_policy(UpdateAssumeRolePolicyRequest) = "UpdateAssumeRolePolicy",
    update_open_id_connect_provider_thumbprint(UpdateOpenIDConnectProviderThumbprintRequest) = "UpdateOpenIDConnectProviderThumbprint",
    update_role(UpdateRoleRequest) = "UpdateRole",
    update_role_description(UpdateRoleDescriptionRequest) = "UpdateRoleDescription",
}

impl Iam {
    /// An empty account in the mode that is the default.
    pub(crate) fn lenient() -> Self {
        Self::new(IamMode::Lenient, 7)
    }

    /// An empty account that knows only what it was told.
    pub(crate) fn strict() -> Self {
        Self::new(IamMode::Strict, 7)
    }

    pub(crate) fn new(mode: IamMode, seed: u64) -> Self {
        Self {
            account: IamAccount::new("aws", ACCOUNT, seed, mode),
            now: Timestamp::from_milliseconds(START_MS),
        }
    }

    /// A lenient account with the role `app`.
    pub(crate) fn with_role() -> Self {
        let mut iam = Self::lenient();
        iam.role("app");
        iam
    }

    /// A lenient account with the policy `read`.
    pub(crate) fn with_policy() -> Self {
        let mut iam = Self::lenient();
        iam.policy("read");
        iam
    }

    /// Makes a role that trusts EKS.
    pub(crate) fn role(&mut self, name: &str) {
        let trust = POD_IDENTITY_TRUST;
        self.ok(
            "CreateRole",
            json!({ "RoleName": name, "AssumeRolePolicyDocument": trust }),
        );
    }

    /// Makes a policy.
    pub(crate) fn policy(&mut self, name: &str) {
        self.ok(
            "CreatePolicy",
            json!({ "PolicyName": name, "PolicyDocument": READ_BUCKET }),
        );
    }

    /// Performs an operation. One that fails leaves the account as it was, and
    /// after each the account is sound.
    pub(crate) fn call(&mut self, name: &str, input: Value) -> Result<Value, Error> {
        let before = self.account.clone();
        let result = perform(&mut self.account, self.now, name, input);
        if result.is_err() {
            assert!(
                self.account == before,
                "{name} failed and changed the account"
            );
        }
        assert_eq!(self.account.check_invariants(), Ok(()), "after {name}");
        result.map(without_nulls)
    }

    /// Performs an operation that succeeds.
    pub(crate) fn ok(&mut self, name: &str, input: Value) -> Value {
        self.call(name, input)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Performs an operation that fails; gives the code and the message.
    pub(crate) fn refused(&mut self, name: &str, input: Value) -> String {
        match self.call(name, input) {
            Ok(output) => panic!("{name} gave {output}"),
            Err(error) => said(&error),
        }
    }

    /// Time passes.
    pub(crate) fn wait_seconds(&mut self, seconds: i64) {
        self.now = self.now.plus_milliseconds(seconds * 1_000);
    }
}

/// The code and the message of an error.
pub(crate) fn said(error: &Error) -> String {
    let exception = error.exception();
    let message = exception.message().unwrap_or_default();
    format!("{}: {message}", exception.row().code)
}

/// An answer without the members that it leaves out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// One member of every item of a list.
pub(crate) fn column<'a>(answer: &'a Value, list: &str, member: &str) -> Vec<&'a str> {
    let items = answer[list].as_array().expect("there is a list");
    items
        .iter()
        .map(|item| item[member].as_str().expect("the member is text"))
        .collect()
}
