//! The OpenAPI document of the emulator's own endpoints, and their list.

use std::collections::BTreeMap;

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::endpoint::{Answer, Endpoint};
use super::{reply, routes};

/// The endpoints.
#[derive(JsonSchema, Serialize)]
pub(super) struct EndpointList {
    version: &'static str,
    endpoints: Vec<ListedEndpoint>,
}

/// An endpoint.
#[derive(JsonSchema, Serialize)]
struct ListedEndpoint {
    method: String,
    path: &'static str,
    summary: &'static str,
}

/// Lists the endpoints.
pub(super) async fn list() -> Response {
    let listed = |endpoint: Endpoint| ListedEndpoint {
        method: endpoint.method.to_string(),
        path: endpoint.path,
        summary: endpoint.summary,
    };
    let listing = EndpointList {
        version: env!("CARGO_PKG_VERSION"),
        endpoints: routes::described().into_iter().map(listed).collect(),
    };
    reply::typed(StatusCode::OK, &listing)
}

/// Describes the endpoints, as OpenAPI 3.1.
pub(super) async fn document(_: Uri) -> Response {
    reply::json(StatusCode::OK, &describe(routes::described()))
}

fn describe(endpoints: Vec<Endpoint>) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for endpoint in endpoints {
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let operation = describe_endpoint(&endpoint, &mut generator);
        let path = paths.entry(endpoint.path).or_default();
        path.insert(method, operation);
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "eks-emulator control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Time, faults, state and records of an eks-emulator. Errors are objects with code and message.",
        },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn describe_endpoint(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let in_query = endpoint.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "in": "query",
            "description": parameter.description,
            "schema": { "type": "string" },
        })
    });
    let in_path = path_parameters(endpoint.path).map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    let mut answers: BTreeMap<String, Value> = BTreeMap::new();
    let failure = Answer {
        status: StatusCode::BAD_REQUEST,
        description: "The request makes no sense, or may not be made from there",
        content: Some((
            "application/json",
            SchemaGenerator::subschema_for::<reply::Failure>,
        )),
    };
    answers.insert("4XX".into(), describe_answer(&failure, generator));
    for answer in &endpoint.answers {
        let described = describe_answer(answer, generator);
        let status = answer.status.as_u16().to_string();
        // A later word is the more special one; it may be about another type
        // of content.
        match answers.get_mut(&status) {
            None => drop(answers.insert(status, described)),
            Some(present) => merge(present, described),
        }
    }
    let mut operation = json!({
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": answers,
    });
    if let Some(body) = &endpoint.body {
        let schema = json!((body.schema)(generator));
        let content: Map<String, Value> = body
            .content_types
            .iter()
            .map(|content_type| ((*content_type).to_owned(), json!({ "schema": schema })))
            .collect();
        operation["requestBody"] = json!({ "required": body.is_required, "content": content });
    }
    operation
}

/// Adds what is said of an answer to what has been said of it.
fn merge(present: &mut Value, described: Value) {
    let (Value::Object(present), Value::Object(described)) = (present, described) else {
        return;
    };
    for (name, value) in described {
        match (present.get_mut(&name), value) {
            (Some(Value::Object(content)), Value::Object(more)) => content.extend(more),
            (_, value) => drop(present.insert(name, value)),
        }
    }
}

fn describe_answer(answer: &Answer, generator: &mut SchemaGenerator) -> Value {
    match answer.content {
        None => json!({ "description": answer.description }),
        Some((content_type, schema)) => json!({
            "description": answer.description,
            "content": { content_type: { "schema": schema(generator) } },
        }),
    }
}

/// The names in braces.
fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(name.trim_start_matches('*'))
    })
}
