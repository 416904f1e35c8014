//! Documents drawn from the tables: accepted as drawn, refused when broken.

use eks_emulator_api::eks;
use eks_emulator_api::schema::{Location, Operation};
use eks_emulator_protocol::rest_json1::{Constraint, Rejection, read, to_vec, validate};
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Serialize;
use serde_json::Value;

use crate::breaking::breakages;
use crate::drawing::{document, for_all};
use crate::{services, write_request};

#[test]
fn a_drawn_input_survives_the_wire() {
    for (router, operations) in services() {
        for operation in operations {
            for_all(operation.name, &document(operation.input), |mut drawn| {
                let request = write_request(operation, &drawn);
                drop_empty_parameters(operation, &mut drawn);
                let outcome = read(
                    &router,
                    operation.method,
                    &request.path,
                    Some(&request.query),
                    &request.body,
                );
                let (found, input) =
                    outcome.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
                prop_assert_eq!(found.name, operation.name);
                prop_assert_eq!(input, drawn);
                Ok(())
            });
        }
    }
}

#[test]
fn a_document_broken_in_one_place_is_refused_there() {
    for (_, operations) in services() {
        for operation in operations {
            for_all(
                operation.name,
                &(document(operation.input), any::<Index>()),
                |(drawn, index)| {
                    let all = breakages(operation.input, &drawn);
                    let breakage = index.get(&all);
                    let violation = validate(operation.input, &breakage.applied_to(&drawn))
                        .expect_err("a broken document is not valid");
                    prop_assert_eq!(violation.path.to_string(), breakage.path.as_str());
                    prop_assert_eq!(kind_of(&violation.constraint), breakage.kind);
                    Ok(())
                },
            );
        }
    }
}

#[test]
fn a_broken_body_is_rejected_with_the_violation() {
    for (router, operations) in services() {
        for operation in operations {
            for_all(
                operation.name,
                &(document(operation.input), any::<Index>()),
                |(drawn, index)| {
                    let mut all = breakages(operation.input, &drawn);
                    all.retain(|breakage| is_in_body(operation, &breakage.path));
                    if all.is_empty() {
                        return Ok(());
                    }
                    let breakage = index.get(&all);
                    let request = write_request(operation, &breakage.applied_to(&drawn));
                    let outcome = read(
                        &router,
                        operation.method,
                        &request.path,
                        Some(&request.query),
                        &request.body,
                    );
                    let rejection = outcome.expect_err("a broken document is rejected");
                    let answer = rejection.answer();
                    let (code, violation) = match &rejection {
                        Rejection::WrongType(violation) => ("SerializationException", violation),
                        Rejection::Constraint { violation, .. }
                            if operation.uri.starts_with("/tags/") =>
                        {
                            ("BadRequestException", violation)
                        }
                        Rejection::Constraint { violation, .. } => {
                            ("InvalidParameterException", violation)
                        }
                        other => return Err(TestCaseError::fail(format!("{other:?}"))),
                    };
                    prop_assert_eq!((answer.status, answer.code), (400, code));
                    prop_assert_eq!(violation.path.to_string(), breakage.path.as_str());
                    prop_assert_eq!(kind_of(&violation.constraint), breakage.kind);
                    Ok(())
                },
            );
        }
    }
}

#[test]
fn a_drawn_output_is_written_as_json_of_its_shape() {
    for (_, operations) in services() {
        for operation in operations {
            for_all(operation.name, &document(operation.output), |drawn| {
                let written: Value = serde_json::from_slice(&to_vec(&drawn)).unwrap();
                prop_assert_eq!(validate(operation.output, &written), Ok(()));
                prop_assert_eq!(in_milliseconds(written), in_milliseconds(drawn));
                Ok(())
            });
        }
    }
}

#[test]
fn a_drawn_exception_is_written_as_json_of_its_shape() {
    for (_, operations) in services() {
        for exception in operations.iter().flat_map(|operation| operation.errors) {
            for_all(exception.name, &document(exception.shape), |drawn| {
                let written: Value = serde_json::from_slice(&to_vec(&drawn)).unwrap();
                prop_assert_eq!(validate(exception.shape, &written), Ok(()));
                prop_assert_eq!(written, drawn);
                Ok(())
            });
        }
    }
}

/// The names at the start of the lines of a printed object, in order.
fn written_members(value: &impl Serialize) -> Vec<String> {
    let text = String::from_utf8(to_vec(value)).unwrap();
    text.lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix('"')?
                .split('"')
                .next()
                .map(str::to_owned)
        })
        .collect()
}

#[test]
fn typed_exceptions_have_all_their_members_message_last() {
    let errors: [eks::Error; 15] = [
        eks::AccessDeniedException::default().into(),
        eks::BadRequestException::default().into(),
        eks::ClientException::default().into(),
        eks::InvalidParameterException::default().into(),
        eks::InvalidRequestException::default().into(),
        eks::InvalidStateException::default().into(),
        eks::NotFoundException::default().into(),
        eks::ResourceInUseException::default().into(),
        eks::ResourceLimitExceededException::default().into(),
        eks::ResourceNotFoundException::default().into(),
        eks::ResourcePropagationDelayException::default().into(),
        eks::ServerException::default().into(),
        eks::ServiceUnavailableException::default().into(),
        eks::ThrottlingException::default().into(),
        eks::UnsupportedAvailabilityZoneException::default().into(),
    ];
    for error in &errors {
        let row = error.exception().row();
        let names: Vec<_> = row
            .shape
            .members()
            .iter()
            .map(|member| member.name)
            .collect();
        assert_eq!(written_members(error), names, "{}", row.name);
        assert_eq!(names.last(), Some(&"message"), "{}", row.name);
    }
}

fn kind_of(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::Type { .. } => "type",
        Constraint::Unreadable { .. } => "unreadable",
        Constraint::Required => "required",
        Constraint::Enum { .. } => "enum",
        Constraint::Length(_) => "length",
        Constraint::Value(_) => "value",
        Constraint::Size(_) => "size",
        Constraint::Pattern(_) => "pattern",
    }
}

/// A list without items leaves no trace in a query string.
fn drop_empty_parameters(operation: &Operation, document: &mut Value) {
    for member in operation.input.members() {
        let is_empty = document[member.name].as_array().is_some_and(Vec::is_empty);
        if is_empty && matches!(member.location, Location::Query(_)) {
            document.as_object_mut().unwrap().remove(member.name);
        }
    }
}

fn is_in_body(operation: &Operation, path: &str) -> bool {
    let first = path.split(['.', '[']).next().unwrap_or_default();
    operation
        .input
        .members()
        .iter()
        .any(|member| member.name == first && member.location == Location::Body)
}

/// Fractions compared as the milliseconds they stand for: the parser of the
/// test is not exact in the last bit.
pub(crate) fn in_milliseconds(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            Value::from((number.as_f64().unwrap() * 1000.0).round() as i64)
        }
        Value::Array(items) => items.into_iter().map(in_milliseconds).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(name, value)| (name, in_milliseconds(value)))
            .collect(),
        other => other,
    }
}
