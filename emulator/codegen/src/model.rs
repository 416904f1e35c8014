//! A service model as botocore publishes it, without its documentation.

use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;

/// A service model.
#[derive(Debug, Deserialize)]
pub struct ServiceModel {
    /// The service itself.
    pub metadata: Metadata,
    /// The operations, in the model's order.
    pub operations: IndexMap<String, OperationModel>,
    /// The shapes, in the model's order.
    pub shapes: IndexMap<String, ShapeModel>,
}

/// What a model says about its service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The version of the API, a date.
    pub api_version: String,
    /// `rest-json` or `query`.
    pub protocol: String,
    /// The namespace of XML answers.
    pub xml_namespace: Option<String>,
}

/// One operation.
#[derive(Debug, Deserialize)]
pub struct OperationModel {
    /// How it is called.
    pub http: HttpModel,
    /// The shape of its request.
    pub input: Reference,
    /// The shape of its answer, unless the answer has nothing in it.
    pub output: Option<Reference>,
    /// The exceptions it may give.
    #[serde(default)]
    pub errors: Vec<Reference>,
    /// `none` if callers do not sign it.
    #[serde(rename = "authtype")]
    pub authentication: Option<String>,
}

/// How an operation is called.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpModel {
    /// The method.
    pub method: String,
    /// The path with its labels.
    pub request_uri: String,
    /// The status of a successful answer.
    #[serde(default = "ok")]
    pub response_code: u16,
}

fn ok() -> u16 {
    200
}

/// A use of a shape, with what only this use says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    /// The shape's name.
    pub shape: String,
    /// `uri` or `querystring`; absent in the body.
    pub location: Option<String>,
    /// The label or parameter that carries it.
    pub location_name: Option<String>,
    /// Whether clients fill it with a random token.
    #[serde(default)]
    pub idempotency_token: bool,
    /// The XML element around the members of an answer.
    pub result_wrapper: Option<String>,
}

/// One shape.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShapeModel {
    /// `structure`, `list`, `map`, `string`, `integer`, `boolean` or `timestamp`.
    pub r#type: String,
    /// Members of a structure, in wire order.
    #[serde(default)]
    pub members: IndexMap<String, Reference>,
    /// Names of the members that must be there.
    #[serde(default)]
    pub required: Vec<String>,
    /// Elements of a list.
    pub member: Option<Reference>,
    /// Keys of a map.
    pub key: Option<Reference>,
    /// Values of a map.
    pub value: Option<Reference>,
    /// The smallest length or value.
    pub min: Option<i64>,
    /// The largest length or value.
    pub max: Option<i64>,
    /// The regular expression for the whole value.
    pub pattern: Option<String>,
    /// The values of an enum.
    #[serde(default)]
    pub r#enum: Vec<String>,
    /// Whether it is an exception.
    #[serde(default)]
    pub exception: bool,
    /// The HTTP side of an exception.
    pub error: Option<ErrorModel>,
    /// Whether it must not be logged.
    #[serde(default)]
    pub sensitive: bool,
    /// Whether a list has no XML element around its elements.
    #[serde(default)]
    pub flattened: bool,
}

/// The HTTP side of an exception.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorModel {
    /// The status that carries it.
    pub http_status_code: u16,
    /// The code that clients see, if it is not the shape's name.
    pub code: Option<String>,
}

/// Reads the model at `path`.
///
/// Errors: a sentence that names the file.
pub fn read(path: &Path) -> Result<ServiceModel, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let model = serde_json::from_str(&text).map_err(|error| format!("{shown}: {error}"))?;
    check_names(&model).map_err(|sentence| format!("{shown}: {sentence}"))?;
    Ok(model)
}

/// The query protocol lets a model rename what its parameters are called. Our
/// services do not, so the tables have no room for it; a model that does must
/// not be misread.
fn check_names(model: &ServiceModel) -> Result<(), String> {
    if model.metadata.protocol != "query" {
        return Ok(());
    }
    for (name, shape) in &model.shapes {
        let inner = [&shape.member, &shape.key, &shape.value];
        let mut references = inner.into_iter().flatten().chain(shape.members.values());
        if references.any(|reference| reference.location_name.is_some()) {
            return Err(format!("{name} renames a member"));
        }
        if shape.flattened || shape.r#type == "map" {
            return Err(format!("{name} is a map or a flattened list"));
        }
    }
    Ok(())
}
