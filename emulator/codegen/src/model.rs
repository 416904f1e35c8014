//! A service model as botocore publishes it, without its documentation.

use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;

/// A service model.
#[derive(Debug, Deserialize)]
pub struct ServiceModel {
    /// The operations, in the model's order.
    pub operations: IndexMap<String, OperationModel>,
    /// The shapes, in the model's order.
    pub shapes: IndexMap<String, ShapeModel>,
}

/// One operation.
#[derive(Debug, Deserialize)]
pub struct OperationModel {
    /// How it is called.
    pub http: HttpModel,
    /// The shape of its request.
    pub input: Reference,
    /// The shape of its answer.
    pub output: Reference,
    /// The exceptions it may give.
    #[serde(default)]
    pub errors: Vec<Reference>,
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
#[derive(Debug, Deserialize)]
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
}

/// One shape.
#[derive(Debug, Deserialize)]
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
}

/// The HTTP side of an exception.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorModel {
    /// The status that carries it.
    pub http_status_code: u16,
}

/// Reads the model at `path`.
///
/// Errors: a sentence that names the file.
pub fn read(path: &Path) -> Result<ServiceModel, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{shown}: {error}"))
}
