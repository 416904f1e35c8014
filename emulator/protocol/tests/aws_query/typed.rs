//! Drawn documents through parameters, the generated types and XML: inputs
//! decode, outputs are read back by an independent parser.

use eks_emulator_api::schema::{Kind, Operation, QueryService, Shape};
use eks_emulator_api::{Respond, iam, sts};
use eks_emulator_protocol::aws_query::{read, write_output};
use proptest::prelude::*;
use roxmltree::{Document, Node};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::drawing::{document, for_all};
use crate::{ENVELOPE, form_of, representable};

/// A service that answers every operation with the document in its context.
struct Echo;

macro_rules! echo {
    ($module:ident { $($method:ident: $input:ident => $output:ty,)+ }) => {
        impl Operations for Echo {
            type Context = Value;
            type Failure = serde_json::Error;

            $(fn $method(&self, context: &Value, _: $input) -> Result<$output, serde_json::Error> {
                serde_json::from_value(context.clone())
            })+
        }
    };
}

mod echo_iam {
    use eks_emulator_api::iam::*;
    use serde_json::Value;

    use super::Echo;

    echo!(iam {
        add_client_id_to_open_id_connect_provider: AddClientIDToOpenIDConnectProviderRequest => (),
        attach_role_policy: AttachRolePolicyRequest => (),
        create_open_id_connect_provider: CreateOpenIDConnectProviderRequest => CreateOpenIDConnectProviderResponse,
        create_policy: CreatePolicyRequest => CreatePolicyResponse,
        create_policy_version: CreatePolicyVersionRequest => CreatePolicyVersionResponse,
        create_role: CreateRoleRequest => CreateRoleResponse,
        create_service_linked_role: CreateServiceLinkedRoleRequest => CreateServiceLinkedRoleResponse,
        delete_open_id_connect_provider: DeleteOpenIDConnectProviderRequest => (),
        delete_policy: DeletePolicyRequest => (),
        delete_policy_version: DeletePolicyVersionRequest => (),
        delete_role: DeleteRoleRequest => (),
        delete_role_permissions_boundary: DeleteRolePermissionsBoundaryRequest => (),
        delete_role_policy: DeleteRolePolicyRequest => (),
        detach_role_policy: DetachRolePolicyRequest => (),
        get_open_id_connect_provider: GetOpenIDConnectProviderRequest => GetOpenIDConnectProviderResponse,
        get_policy: GetPolicyRequest => GetPolicyResponse,
        get_policy_version: GetPolicyVersionRequest => GetPolicyVersionResponse,
        get_role: GetRoleRequest => GetRoleResponse,
        get_role_policy: GetRolePolicyRequest => GetRolePolicyResponse,
        list_attached_role_policies: ListAttachedRolePoliciesRequest => ListAttachedRolePoliciesResponse,
        list_instance_profiles_for_role: ListInstanceProfilesForRoleRequest => ListInstanceProfilesForRoleResponse,
        list_open_id_connect_provider_tags: ListOpenIDConnectProviderTagsRequest => ListOpenIDConnectProviderTagsResponse,
        list_open_id_connect_providers: ListOpenIDConnectProvidersRequest => ListOpenIDConnectProvidersResponse,
        list_policies: ListPoliciesRequest => ListPoliciesResponse,
        list_policy_tags: ListPolicyTagsRequest => ListPolicyTagsResponse,
        list_policy_versions: ListPolicyVersionsRequest => ListPolicyVersionsResponse,
        list_role_policies: ListRolePoliciesRequest => ListRolePoliciesResponse,
        list_role_tags: ListRoleTagsRequest => ListRoleTagsResponse,
        list_roles: ListRolesRequest => ListRolesResponse,
        put_role_permissions_boundary: PutRolePermissionsBoundaryRequest => (),
        put_role_policy: PutRolePolicyRequest => (),
        remove_client_id_from_open_id_connect_provider: RemoveClientIDFromOpenIDConnectProviderRequest => (),
        remove_role_from_instance_profile: RemoveRoleFromInstanceProfileRequest => (),
        set_default_policy_version: SetDefaultPolicyVersionRequest => (),
        tag_open_id_connect_provider: TagOpenIDConnectProviderRequest => (),
        tag_policy: TagPolicyRequest => (),
        tag_role: TagRoleRequest => (),
        untag_open_id_connect_provider: UntagOpenIDConnectProviderRequest => (),
        untag_policy: UntagPolicyRequest => (),
        untag_role: UntagRoleRequest => (),
        update_assume_role_policy: UpdateAssumeRolePolicyRequest => (),
        update_open_id_connect_provider_thumbprint: UpdateOpenIDConnectProviderThumbprintRequest => (),
        update_role: UpdateRoleRequest => UpdateRoleResponse,
        update_role_description: UpdateRoleDescriptionRequest => UpdateRoleDescriptionResponse,
    });
}

mod echo_sts {
    use eks_emulator_api::sts::*;
    use serde_json::Value;

    use super::Echo;

    echo!(sts {
        assume_role: AssumeRoleRequest => AssumeRoleResponse,
        assume_role_with_web_identity: AssumeRoleWithWebIdentityRequest => AssumeRoleWithWebIdentityResponse,
        get_caller_identity: GetCallerIdentityRequest => GetCallerIdentityResponse,
        get_session_token: GetSessionTokenRequest => GetSessionTokenResponse,
    });
}

/// Writes what the echo returned.
struct Written {
    service: &'static QueryService,
    operation: &'static Operation,
}

impl Respond<serde_json::Error> for Written {
    type Answer = Result<Vec<u8>, serde_json::Error>;

    fn answer<Output: Serialize>(self, result: Result<Output, serde_json::Error>) -> Self::Answer {
        result.map(|output| {
            write_output(self.service, self.operation, &output, &ENVELOPE).into_body()
        })
    }

    fn undecodable(self, error: serde_json::Error) -> Self::Answer {
        Err(error)
    }
}

type Dispatch = fn(&Echo, &Value, &Operation, Value, Written) -> Result<Vec<u8>, serde_json::Error>;

fn check_service(service: &'static QueryService, dispatch: Dispatch) {
    for operation in service.operations {
        let drawn = (document(operation.input), document(operation.output));
        for_all(operation.name, &drawn, |(input, output)| {
            let input = representable(input);
            let form = form_of(service, operation, &input);
            let (found, decoded) = read(service, None, form.as_bytes())
                .map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
            prop_assert_eq!(found.name, operation.name);
            prop_assert_eq!(&decoded, &input);

            let context = match operation.result_wrapper {
                Some(_) => output.clone(),
                None => Value::Null,
            };
            let written = Written { service, operation };
            let body = dispatch(&Echo, &context, operation, decoded, written)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let expected = operation.result_wrapper.map(|_| whole_seconds(output));
            prop_assert_eq!(result_in(service, operation, &body), expected);
            Ok(())
        });
    }
}

#[test]
fn inputs_survive_parameters_and_outputs_survive_xml() {
    check_service(&iam::SERVICE, iam::dispatch);
    check_service(&sts::SERVICE, sts::dispatch);
}

/// The result in an answer, after a look at everything around it.
fn result_in(service: &QueryService, operation: &Operation, body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).unwrap();
    let parsed = Document::parse(text).unwrap();
    let root = parsed.root_element();
    assert_eq!(
        root.tag_name().name(),
        format!("{}Response", operation.name)
    );
    assert!(
        root.descendants()
            .filter(Node::is_element)
            .all(|node| node.tag_name().namespace() == Some(service.namespace))
    );
    let mut children = root.children().filter(Node::is_element);
    let result = operation.result_wrapper.map(|wrapper| {
        let node = children.next().unwrap();
        assert_eq!(node.tag_name().name(), wrapper);
        value_in(operation.output, node)
    });
    let metadata = children.next().unwrap();
    assert_eq!(metadata.tag_name().name(), "ResponseMetadata");
    let request_id = metadata.first_element_child().unwrap();
    assert_eq!(request_id.tag_name().name(), "RequestId");
    assert_eq!(request_id.text(), Some(ENVELOPE.request_id));
    assert!(children.next().is_none());
    result
}

fn value_in(shape: &'static Shape, node: Node<'_, '_>) -> Value {
    let text = node.text().unwrap_or_default();
    let children = node.children().filter(Node::is_element);
    match shape.kind {
        Kind::Structure(members) => Value::Object(
            children
                .map(|child| {
                    let name = child.tag_name().name();
                    let member = members.iter().find(|member| member.name == name).unwrap();
                    (name.to_owned(), value_in(member.shape, child))
                })
                .collect::<Map<_, _>>(),
        ),
        Kind::List { member, .. } => children
            .map(|child| {
                assert_eq!(child.tag_name().name(), "member");
                value_in(member, child)
            })
            .collect(),
        Kind::Integer { .. } => Value::from(text.parse::<i64>().unwrap()),
        Kind::Boolean => Value::from(text.parse::<bool>().unwrap()),
        Kind::Timestamp => Value::from(seconds_of(text)),
        _ => Value::from(text),
    }
}

/// Seconds since the epoch of a date such as `2026-01-01T00:00:00Z`, by adding
/// up years and months.
fn seconds_of(text: &str) -> i64 {
    let parts: Vec<i64> = text
        .trim_end_matches('Z')
        .split(['-', 'T', ':'])
        .map(|part| part.parse().unwrap())
        .collect();
    let [year, month, day, hour, minute, second] = parts[..] else {
        panic!("not a date: {text}");
    };
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = (1970..year)
        .map(|year| if is_leap(year) { 366 } else { 365 })
        .sum::<i64>()
        + months[..month as usize - 1].iter().sum::<i64>()
        + day
        - 1;
    ((days * 24 + hour) * 60 + minute) * 60 + second
}

/// XML has no fractions of seconds.
fn whole_seconds(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            Value::from(number.as_f64().unwrap().floor() as i64)
        }
        Value::Array(items) => items.into_iter().map(whole_seconds).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(name, value)| (name, whole_seconds(value)))
            .collect(),
        other => other,
    }
}
