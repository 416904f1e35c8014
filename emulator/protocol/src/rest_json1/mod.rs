//! One interpreter of the restJson1 protocol for all operations in the tables.
//!
//! [`read`] takes a request apart in three steps, each in its own file: route,
//! bind, validate. What fails on the way is a [`Rejection`].

mod bind;
mod jackson;
mod message;
mod rejection;
mod response;
mod router;
mod unknown;

use eks_emulator_api::schema::Operation;
use serde_json::Value;

pub use crate::validate::{Constraint, JsonType, Path, Step, Violation, validate};
pub use bind::bind;
pub use jackson::{JacksonFormatter, to_vec};
pub use rejection::{Answer, Rejection};
pub use response::{
    ChosenError, Envelope, write_chosen_error, write_error, write_output, write_rejection,
    write_unmodelled_error,
};
pub use router::{Route, Router};
pub use unknown::find_unknown;

/// How far a caller's clock may be off, where signatures are checked.
///
/// Source: answers of Amazon API Gateway, for example mhart/aws4 issue 118.
pub const CLOCK_SKEW_MINUTES: i64 = 5;

/// Finds the operation that a request asks for and reads its input.
///
/// The path and the query string are the raw ones: nothing has been decoded.
/// The document has the input's members under their model names and satisfies
/// the input's shape.
pub fn read(
    router: &Router,
    method: &str,
    raw_path: &str,
    raw_query: Option<&str>,
    body: &[u8],
) -> Result<(&'static Operation, Value), Rejection> {
    let route = router.route(method, raw_path)?;
    let document = read_input(&route, raw_query, body)?;
    Ok((route.operation(), document))
}

/// Reads the input of a request that has been routed already.
pub fn read_input(
    route: &Route<'_, '_>,
    raw_query: Option<&str>,
    body: &[u8],
) -> Result<Value, Rejection> {
    let document = bind(route, raw_query, body)?;
    validate(route.operation().input, &document)
        .map_err(|violation| Rejection::of_violation(violation, route.invalid_input()))?;
    Ok(document)
}
