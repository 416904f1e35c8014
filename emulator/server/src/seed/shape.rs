//! JSON Schema for members whose form is the API's: from the tables of the
//! API, so that a document is held to the constraints of the service.

use eks_emulator_api::eks::schema as eks;
use eks_emulator_api::iam::schema as iam;
use eks_emulator_api::schema::{Kind, Range, Shape};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// What is said about members for which there is nothing in the emulator yet.
pub(crate) const NOT_BUILT: &str = "not built yet: it has to be empty";

/// A function for each member, with the shape that its values have.
macro_rules! shapes {
    ($($name:ident => $shape:expr,)+) => {
        $(pub(super) fn $name(_: &mut SchemaGenerator) -> Schema {
            optional(of(&$shape))
        })+
    };
}

shapes! {
    access_config => eks::ACCESS_CONFIG_RESPONSE,
    addon_health => eks::ADDON_HEALTH,
    addon_issues => eks::ADDON_ISSUE_LIST,
    addon_namespace_config => eks::ADDON_NAMESPACE_CONFIG_RESPONSE,
    addon_status => eks::ADDON_STATUS,
    certificate => eks::CERTIFICATE,
    cluster_health => eks::CLUSTER_HEALTH,
    cluster_status => eks::CLUSTER_STATUS,
    compute_config => eks::COMPUTE_CONFIG_RESPONSE,
    control_plane_scaling_config => eks::CONTROL_PLANE_SCALING_CONFIG,
    encryption_config => eks::ENCRYPTION_CONFIG_LIST,
    identity => eks::IDENTITY,
    kube_api_server_config => eks::KUBE_API_SERVER_CONFIG_RESPONSE,
    kube_controller_manager_config => eks::KUBE_CONTROLLER_MANAGER_CONFIG_RESPONSE,
    kube_scheduler_config => eks::KUBE_SCHEDULER_CONFIG_RESPONSE,
    kubernetes_network_config => eks::KUBERNETES_NETWORK_CONFIG_RESPONSE,
    logging => eks::LOGGING,
    marketplace_information => eks::MARKETPLACE_INFORMATION,
    outpost_config => eks::OUTPOST_CONFIG_RESPONSE,
    path => iam::PATH_TYPE,
    remote_network_config => eks::REMOTE_NETWORK_CONFIG_RESPONSE,
    storage_config => eks::STORAGE_CONFIG_RESPONSE,
    tags => eks::TAG_MAP,
    upgrade_policy => eks::UPGRADE_POLICY_RESPONSE,
    vpc_config => eks::VPC_CONFIG_RESPONSE,
    zonal_shift_config => eks::ZONAL_SHIFT_CONFIG_RESPONSE,
}

pub(super) fn cluster_name(_: &mut SchemaGenerator) -> Schema {
    schema(of(&eks::CLUSTER_NAME))
}

pub(super) fn role_name(_: &mut SchemaGenerator) -> Schema {
    schema(of(&iam::ROLE_NAME_TYPE))
}

pub(super) fn policy_name(_: &mut SchemaGenerator) -> Schema {
    schema(of(&iam::POLICY_NAME_TYPE))
}

pub(super) fn access_key_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"^\w{16,128}$" })
}

pub(super) fn secret_access_key(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "minLength": 1 })
}

pub(super) fn account_id(_: &mut SchemaGenerator) -> Schema {
    text(r"^\d{12}$")
}

pub(super) fn region(_: &mut SchemaGenerator) -> Schema {
    text("^[a-z0-9-]+$")
}

pub(super) fn partition(_: &mut SchemaGenerator) -> Schema {
    text("^aws[a-z-]*$")
}

pub(super) fn association_id(_: &mut SchemaGenerator) -> Schema {
    text("^a-[a-z0-9]{17}$")
}

pub(super) fn role_id(_: &mut SchemaGenerator) -> Schema {
    text("^AROA[A-Z0-9]{17}$")
}

pub(super) fn addon_in_catalogue(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,99}$" })
}

pub(super) fn version_in_catalogue(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": r"^v[0-9]{1,15}\.[0-9]{1,15}\.[0-9]{1,15}(-eksbuild\.[0-9]{1,15})?$",
    })
}

pub(super) fn optional_label(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "null"],
        "pattern": LABEL,
        "maxLength": 63,
    })
}

pub(super) fn platform_versions(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["array", "null"],
        "items": { "type": "string", "pattern": r"^(\*|eks\.[0-9]{1,9}\+?)$" },
    })
}

pub(super) fn workload_kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["Deployment", "DaemonSet"] })
}

pub(super) fn replicas(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["integer", "null"], "minimum": 0, "maximum": 500 })
}

pub(super) fn key_seed(_: &mut SchemaGenerator) -> Schema {
    text("^[0-9a-f]{64}$")
}

pub(super) fn serial(_: &mut SchemaGenerator) -> Schema {
    text("^[0-9a-f]{1,16}$")
}

pub(super) fn service_account(_: &mut SchemaGenerator) -> Schema {
    text("^[^/]+/[^/]+$")
}

/// A label as RFC 1123 has it.
const LABEL: &str = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";

/// A label as RFC 1123 has it.
pub(super) fn label(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": LABEL,
        "maxLength": 63,
    })
}

/// The API takes any text where it does not ask the cluster.
pub(super) fn name_in_kubernetes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "minLength": 1 })
}

pub(super) fn optional_name_in_kubernetes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "minLength": 1 })
}

/// A rate at which a clock can run.
pub(super) fn rate(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["number", "null"], "exclusiveMinimum": 0 })
}

pub(super) fn object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["object", "null"] })
}

pub(super) fn null(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "null" })
}

/// A text that may be absent.
fn text(pattern: &str) -> Schema {
    json_schema!({ "type": ["string", "null"], "pattern": pattern })
}

fn schema(value: Value) -> Schema {
    match value {
        Value::Object(members) => Schema::from(members),
        _ => Schema::default(),
    }
}

/// Answers say `null` where there is nothing.
fn optional(value: Value) -> Schema {
    schema(nullable(value))
}

fn nullable(mut value: Value) -> Value {
    if let Some(Value::String(kind)) = value.get("type") {
        value["type"] = json!([kind, "null"]);
    }
    if let Some(Value::Array(values)) = value.get_mut("enum") {
        values.push(Value::Null);
    }
    value
}

/// The JSON Schema of a shape.
fn of(shape: &Shape) -> Value {
    match &shape.kind {
        Kind::Structure(members) => {
            let member = |value: Value, is_required: bool| match is_required {
                true => value,
                false => nullable(value),
            };
            let properties: Map<String, Value> = members
                .iter()
                .map(|one| (one.name.to_owned(), member(of(one.shape), one.required)))
                .collect();
            let required: Vec<&str> = members
                .iter()
                .filter(|one| one.required)
                .map(|one| one.name)
                .collect();
            let mut value = json!({
                "type": "object",
                "properties": properties,
                "additionalProperties": false,
            });
            if !required.is_empty() {
                value["required"] = json!(required);
            }
            value
        }
        Kind::List { member, length } => {
            let value = json!({ "type": "array", "items": of(member) });
            // An answer may have fewer than a request has to have.
            bounded(value, *length, [None, Some("maxItems")])
        }
        Kind::Map { key, value, length } => {
            let mut map = json!({ "type": "object", "additionalProperties": of(value) });
            map["propertyNames"] = of(key);
            bounded(map, *length, [None, Some("maxProperties")])
        }
        Kind::String { length, pattern } => {
            let value = json!({ "type": "string" });
            let mut value = bounded(value, *length, [Some("minLength"), Some("maxLength")]);
            if let Some(pattern) = pattern {
                value["pattern"] = json!(format!("^(?:{pattern})$"));
            }
            value
        }
        Kind::Enum(values) => json!({ "type": "string", "enum": values }),
        Kind::Integer { range } => {
            let value = json!({ "type": "integer" });
            bounded(value, *range, [Some("minimum"), Some("maximum")])
        }
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Timestamp => json!({ "type": ["string", "number"] }),
    }
}

fn bounded(mut value: Value, range: Range, [least, most]: [Option<&str>; 2]) -> Value {
    let bounds = [(least, range.min), (most, range.max)];
    for (keyword, bound) in bounds {
        if let (Some(keyword), Some(bound)) = (keyword, bound) {
            value[keyword] = json!(bound);
        }
    }
    value
}
