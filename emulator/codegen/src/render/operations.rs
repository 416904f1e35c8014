//! `operations.rs`: the table of operations, the trait and its dispatch.

use crate::model::{OperationModel, ServiceModel};
use crate::naming;
use crate::render::exception_row_name;

pub(super) fn render(model: &ServiceModel) -> String {
    let rows = each(model, row);
    let methods = each(model, method);
    let arms = each(model, arm);
    format!(
        "use serde::Deserialize;
use serde_json::Value;

use super::{{schema, structures::*}};
use crate::Respond;
use crate::schema::{imports};

{service}/// Every operation of the service, in the model's order.
pub static OPERATIONS: [&Operation; {count}] = [
{list}];

{rows}
/// The operation called `name`.
pub fn operation(name: &str) -> Option<&'static Operation> {{
    OPERATIONS.iter().copied().find(|operation| operation.name == name)
}}

/// The service: one method per operation.
pub trait Operations {{
    /// What a call brings along beside its input.
    type Context: ?Sized;
    /// What a call may fail with.
    type Failure;

{methods}}}

/// Decodes `document` to the input of `operation`, calls it, and hands the
/// result to `respond`.
#[allow(clippy::too_many_lines, reason = \"one arm per operation\")]
pub fn dispatch<Service: Operations, R: Respond<Service::Failure>>(
    service: &Service,
    context: &Service::Context,
    operation: &Operation,
    document: Value,
    respond: R,
) -> R::Answer {{
    match operation.name {{
{arms}        other => unreachable!(\"{{other}} is not an operation of this service\"),
    }}
}}
",
        imports = if is_query(model) {
            "{Operation, QueryService}"
        } else {
            "Operation"
        },
        service = service(model),
        count = model.operations.len(),
        list = each(model, |name, _| format!(
            "    &{},\n",
            naming::constant(name)
        )),
    )
}

fn is_query(model: &ServiceModel) -> bool {
    model.metadata.protocol == "query"
}

/// The row of a service whose operations are told apart by a parameter.
fn service(model: &ServiceModel) -> String {
    if !is_query(model) {
        return String::new();
    }
    format!(
        "/// The service as the query protocol sees it.
pub static SERVICE: QueryService = QueryService {{ version: {version:?}, namespace: {namespace:?}, operations: &OPERATIONS }};

",
        version = model.metadata.api_version,
        namespace = model.metadata.xml_namespace.as_deref().unwrap_or_default(),
    )
}

fn each(model: &ServiceModel, text: impl Fn(&str, &OperationModel) -> String) -> String {
    model
        .operations
        .iter()
        .map(|(name, operation)| text(name, operation))
        .collect()
}

fn row(name: &str, operation: &OperationModel) -> String {
    let errors: Vec<String> = operation
        .errors
        .iter()
        .map(|error| format!("&schema::{}", exception_row_name(&error.shape)))
        .collect();
    format!(
        "static {constant}: Operation = Operation {{ name: {name:?}, method: {method:?}, uri: {uri:?}, status: {status}, input: &schema::{input}, output: &{output}, errors: &[{errors}], result_wrapper: {wrapper:?}, unsigned: {unsigned} }};\n",
        constant = naming::constant(name),
        method = operation.http.method,
        uri = operation.http.request_uri,
        status = operation.http.response_code,
        input = naming::constant(&operation.input.shape),
        output = operation
            .output
            .as_ref()
            .map_or("crate::schema::NOTHING".into(), |output| {
                format!("schema::{}", naming::constant(&output.shape))
            }),
        errors = errors.join(", "),
        wrapper = operation
            .output
            .as_ref()
            .and_then(|output| output.result_wrapper.as_deref()),
        unsigned = operation.authentication.as_deref() == Some("none"),
    )
}

fn method(name: &str, operation: &OperationModel) -> String {
    format!(
        "    fn {}(&self, context: &Self::Context, input: {}) -> Result<{}, Self::Failure>;\n",
        naming::snake_case(name),
        naming::type_name(&operation.input.shape),
        operation
            .output
            .as_ref()
            .map_or("()".into(), |output| naming::type_name(&output.shape)),
    )
}

fn arm(name: &str, operation: &OperationModel) -> String {
    format!(
        "        {name:?} => match {}::deserialize(document) {{
            Ok(input) => respond.answer(service.{}(context, input)),
            Err(error) => respond.undecodable(error),
        }},\n",
        naming::type_name(&operation.input.shape),
        naming::snake_case(name),
    )
}
