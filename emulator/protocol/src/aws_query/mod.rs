//! One interpreter of the AWS query protocol for all operations in the tables:
//! parameters in, XML out.
//!
//! [`read`] takes a request apart in three steps, each in its own file: the
//! parameters, the document, its validation. What fails on the way is a
//! [`Rejection`].

mod bind;
mod form;
mod message;
mod rejection;
mod response;
mod xml;

use eks_emulator_api::schema::{Operation, QueryService};
use serde_json::Value;

pub use form::{Form, has_parameters};
pub use rejection::{Answer, Namespace, Rejection};
pub use response::{
    Envelope, Format, write_error, write_output, write_rejection, write_unmodelled_error,
};

use crate::validate;

/// How far a caller's clock may be off, where signatures are checked.
///
/// Source: answers of IAM (aws/chalice issue 1170) and STS (aws/aws-cli issue
/// 6676). A presigned request holds as long, whatever it says.
pub const CLOCK_SKEW_MINUTES: i64 = 15;

/// Finds the operation that a request asks for and reads its input.
///
/// The query string is the raw one: nothing has been decoded. The body is that
/// of a request that [`has_parameters`] there. The document has the input's
/// members under their model names and satisfies the input's shape.
pub fn read(
    service: &'static QueryService,
    raw_query: Option<&str>,
    body: &[u8],
) -> Result<(&'static Operation, Value), Rejection> {
    let form = Form::parse(raw_query, body)?;
    let operation = find_operation(service, &form)?;
    let document = read_input(service, operation, &form)?;
    Ok((operation, document))
}

/// The operation that the parameters name.
pub fn find_operation(
    service: &'static QueryService,
    form: &Form<'_>,
) -> Result<&'static Operation, Rejection> {
    let Some(action) = form.action() else {
        return Err(Rejection::MissingAction {
            raw_query: form.raw_query().map(str::to_owned),
        });
    };
    let mut operations = service.operations.iter().copied();
    operations
        .find(|operation| operation.name == action && form.version() == Some(service.version))
        .ok_or_else(|| Rejection::UnknownAction {
            action: action.to_owned(),
            version: form.version().map(str::to_owned),
        })
}

/// Reads the input of an operation that has been found already.
pub fn read_input(
    service: &'static QueryService,
    operation: &'static Operation,
    form: &Form<'_>,
) -> Result<Value, Rejection> {
    let document = bind::bind(operation.input, form)?;
    let violations = validate::violations(operation.input, &document);
    if violations.is_empty() {
        return Ok(document);
    }
    Err(Rejection::Invalid {
        message: message::sentence(service, operation.input, &document, &violations),
    })
}
