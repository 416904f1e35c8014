//! What an endpoint of the emulator's own is: the route, and all that its
//! description says.
//!
//! One table of these makes the routes, the list at `/_emulator`, the OpenAPI
//! document and the check of query parameters, so that they cannot differ.

use axum::extract::{Query, Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::reply;
use super::scope::ACCOUNT_HEADER;
use crate::http::app::App;

/// An endpoint of the emulator's own.
pub(super) struct Endpoint {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// What it does: one sentence.
    pub(super) summary: &'static str,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
    pub(super) route: MethodRouter<App>,
}

/// A parameter of the query string.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
}

/// The schema of a type, made when somebody looks.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The body of a request.
pub(super) struct Body {
    pub(super) content_types: &'static [&'static str],
    /// Whether it may not be left out.
    pub(super) is_required: bool,
    pub(super) schema: SchemaOf,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) description: &'static str,
    /// Its content type and the schema of its body.
    pub(super) content: Option<(&'static str, SchemaOf)>,
}

/// Which account's clusters.
pub(super) const ACCOUNT: Parameter = Parameter {
    name: "account",
    description: "Only this account, by its twelve digits; the header x-emulator-account says the same",
};
/// Which region's clusters.
pub(super) const REGION: Parameter = Parameter {
    name: "region",
    description: "Only this region",
};

impl Endpoint {
    /// An endpoint for reading.
    pub(super) fn get<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Self {
        Self::new(Method::GET, MethodFilter::GET, path, handler)
    }

    /// An endpoint that makes something happen.
    pub(super) fn post<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Self {
        Self::new(Method::POST, MethodFilter::POST, path, handler)
    }

    /// An endpoint that replaces.
    pub(super) fn put<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Self {
        Self::new(Method::PUT, MethodFilter::PUT, path, handler)
    }

    /// An endpoint that changes what its body names.
    pub(super) fn patch<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Self {
        Self::new(Method::PATCH, MethodFilter::PATCH, path, handler)
    }

    /// An endpoint that removes.
    pub(super) fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Self {
        Self::new(Method::DELETE, MethodFilter::DELETE, path, handler)
    }

    fn new<T: 'static>(
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        handler: impl Handler<T, App>,
    ) -> Self {
        Self {
            method,
            path,
            summary: "",
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            route: on(filter, handler),
        }
    }

    /// What it does: one sentence without a full stop.
    pub(super) fn does(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// Adds a parameter of the query string.
    pub(super) fn parameter(mut self, name: &'static str, description: &'static str) -> Self {
        self.parameters.push(Parameter { name, description });
        self
    }

    /// It can be limited to an account and a region.
    pub(super) fn scoped(mut self) -> Self {
        self.parameters.extend([ACCOUNT, REGION]);
        self
    }

    /// It takes a JSON body.
    pub(super) fn takes<T: JsonSchema>(self) -> Self {
        self.takes_as::<T>(&["application/json"]).fails(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The body is JSON, but makes no sense",
        )
    }

    /// It takes a JSON body, or none.
    pub(super) fn takes_if_any<T: JsonSchema>(self) -> Self {
        let mut endpoint = self.takes::<T>();
        if let Some(body) = &mut endpoint.body {
            body.is_required = false;
        }
        endpoint
    }

    /// It takes a body of one of several content types.
    pub(super) fn takes_as<T: JsonSchema>(
        mut self,
        content_types: &'static [&'static str],
    ) -> Self {
        self.body = Some(Body {
            content_types,
            is_required: true,
            schema: SchemaGenerator::subschema_for::<T>,
        });
        self
    }

    /// It answers with JSON.
    pub(super) fn answers<T: JsonSchema>(
        self,
        status: StatusCode,
        description: &'static str,
    ) -> Self {
        self.answers_as::<T>(status, description, "application/json")
    }

    /// It answers with a body of a content type.
    pub(super) fn answers_as<T: JsonSchema>(
        mut self,
        status: StatusCode,
        description: &'static str,
        content_type: &'static str,
    ) -> Self {
        let schema: SchemaOf = SchemaGenerator::subschema_for::<T>;
        self.answers.push(Answer {
            status,
            description,
            content: Some((content_type, schema)),
        });
        self
    }

    /// It answers without a body.
    pub(super) fn answers_nothing(mut self, status: StatusCode, description: &'static str) -> Self {
        self.answers.push(Answer {
            status,
            description,
            content: None,
        });
        self
    }

    /// It answers with an error.
    pub(super) fn fails(self, status: StatusCode, description: &'static str) -> Self {
        self.answers::<reply::Failure>(status, description)
    }

    /// The route, which refuses parameters that the endpoint does not have: a
    /// filter with a typo would narrow nothing, and so seem to work.
    pub(super) fn into_route(self) -> (&'static str, MethodRouter<App>) {
        let names: Vec<&'static str> = self
            .parameters
            .iter()
            .map(|parameter| parameter.name)
            .collect();
        let check = middleware::from_fn_with_state(AllowedParameters(names.into()), check);
        (self.path, self.route.layer(check))
    }
}

/// The parameters of one endpoint.
#[derive(Clone)]
struct AllowedParameters(std::sync::Arc<[&'static str]>);

async fn check(State(allowed): State<AllowedParameters>, request: Request, next: Next) -> Response {
    let Ok(Query(parameters)) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()) else {
        return reply::bad_request("The query string cannot be read.");
    };
    let unknown = parameters
        .iter()
        .map(|(name, _)| name)
        .find(|name| !allowed.0.contains(&name.as_str()));
    if let Some(name) = unknown {
        return reply::bad_request(&format!("There is no parameter {name}."));
    }
    let mut names: Vec<&str> = parameters.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return reply::bad_request(&format!("The parameter {} is there twice.", twice[0]));
    }
    if request.headers().get_all(ACCOUNT_HEADER).iter().count() > 1 {
        return reply::bad_request("The header x-emulator-account is there twice.");
    }
    // Who sets it for all requests may look at what all accounts share, but
    // would change more than that account has.
    let is_narrowed = request.headers().contains_key(ACCOUNT_HEADER);
    if is_narrowed && !allowed.0.contains(&ACCOUNT.name) && !request.method().is_safe() {
        let message = "This cannot be limited to the account of the header x-emulator-account.";
        return reply::bad_request(message);
    }
    next.run(request).await
}
