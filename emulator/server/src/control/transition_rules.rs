//! Exceptions to the lifecycle, by name: what makes a change slow, stuck,
//! counted in reads, or fail.
//!
//! They hold for transitions that start from then on; the one that was put
//! first holds before the others. Names are one for all accounts and regions.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use eks_emulator_core::lifecycle::{Lifecycle, TransitionRule};
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::body::{self as request_body, WholeBody};
use super::endpoint::Endpoint;
use super::reply;
use super::transition_rule::{self, TransitionRuleBody};
use crate::http::app::App;
use crate::state::Scope;

/// The rules that there are.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what show() makes")]
struct TransitionRuleList {
    rules: Vec<NamedTransitionRule>,
}

/// A rule with its name.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what show() makes")]
struct NamedTransitionRule {
    name: String,
    #[serde(flatten)]
    rule: TransitionRuleBody,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    const ALL: &str = "/_emulator/v1/transitions/rules";
    const ONE: &str = "/_emulator/v1/transitions/rules/{name}";
    vec![
        Endpoint::get(ALL, list)
            .does("List the transition rules in the order in which they hold; those of an account or region are those that hold in no other")
            .scoped()
            .answers::<TransitionRuleList>(StatusCode::OK, "The rules"),
        Endpoint::delete(ALL, clear)
            .does("Take every transition rule back, or those that hold in no other account or region")
            .scoped()
            .answers_nothing(StatusCode::NO_CONTENT, "There are none any more"),
        Endpoint::put(ONE, put)
            .does("Make a change slow, stuck, counted in reads, or fail")
            .scoped()
            .takes::<TransitionRuleBody>()
            .answers::<NamedTransitionRule>(StatusCode::OK, "The rule")
            .fails(
                StatusCode::CONFLICT,
                "The name is that of a rule which holds elsewhere, too",
            )
            .fails(StatusCode::UNPROCESSABLE_ENTITY, "The rule makes no sense"),
        Endpoint::delete(ONE, delete)
            .does("Take a transition rule back, if it holds in no other account or region")
            .scoped()
            .answers_nothing(StatusCode::NO_CONTENT, "It is not there any more"),
    ]
}

/// Puts a rule in the place of the one of its name, or behind all others.
async fn put(
    State(app): State<App>,
    Path(name): Path<String>,
    scope: Scope,
    WholeBody(body): WholeBody,
) -> Response {
    let rule = request_body::object_with(&body, |rule: TransitionRuleBody| {
        limited(rule.read(&name)?, &scope)
    });
    let rule = match rule {
        Ok(rule) => rule,
        Err(error) => return error.answer_as("InvalidRule"),
    };
    let shown = show(&rule);
    let put = app.service.change_lifecycle(|lifecycle| {
        let is_name = |rule: &&TransitionRule| rule.name.as_deref() == Some(&*name);
        let mut others = lifecycle.rules.iter().filter(is_name);
        let is_free = others.all(|rule| is_limited_to(rule, &scope));
        if is_free {
            lifecycle.put_rule(rule);
        }
        is_free
    });
    match put {
        true => reply::json(StatusCode::OK, &shown),
        false => {
            let message = format!("The rule {name} is not one of this account and region alone.");
            reply::error(StatusCode::CONFLICT, "Conflict", &message)
        }
    }
}

/// The rule, which may hold nowhere but in the scope.
///
/// Errors: a sentence if it says otherwise.
fn limited(mut rule: TransitionRule, scope: &Scope) -> Result<TransitionRule, String> {
    let parts = [
        ("account", &mut rule.home.accounts, &scope.account_id),
        ("region", &mut rule.home.regions, &scope.region),
    ];
    for (name, wanted, scope) in parts {
        let Some(scope) = scope else { continue };
        if wanted.is_empty() {
            wanted.push(scope.clone());
        }
        if wanted.iter().any(|wanted| wanted != scope) {
            return Err(format!("match.{name} and {name} of the call differ"));
        }
    }
    Ok(rule)
}

/// Whether a rule holds nowhere but in the scope.
fn is_limited_to(rule: &TransitionRule, scope: &Scope) -> bool {
    let is_within = |wanted: &[String], scope: &Option<String>| {
        let is_all = |scope: &String| wanted.iter().all(|wanted| wanted == scope);
        scope
            .as_ref()
            .is_none_or(|scope| !wanted.is_empty() && is_all(scope))
    };
    is_within(&rule.home.accounts, &scope.account_id)
        && is_within(&rule.home.regions, &scope.region)
}

/// Takes the rules back that are limited to the scope and `is_meant`.
fn take_back(lifecycle: &mut Lifecycle, scope: &Scope, is_meant: impl Fn(&TransitionRule) -> bool) {
    let rules = &mut lifecycle.rules;
    rules.retain(|rule| !(is_limited_to(rule, scope) && is_meant(rule)));
}

/// The rules with names, in the order in which they hold.
async fn list(State(app): State<App>, scope: Scope) -> Response {
    let lifecycle = app.service.lifecycle();
    let named = lifecycle.rules.iter().filter(|rule| rule.name.is_some());
    let limited = named.filter(|rule| is_limited_to(rule, &scope));
    let rules: Vec<Value> = limited.map(show).collect();
    reply::json(StatusCode::OK, &json!({ "rules": rules }))
}

/// Takes a rule back; one that is not there is no error.
async fn delete(State(app): State<App>, Path(name): Path<String>, scope: Scope) -> Response {
    let is_meant = |rule: &TransitionRule| rule.name.as_deref() == Some(&*name);
    app.service
        .change_lifecycle(|lifecycle| take_back(lifecycle, &scope, is_meant));
    reply::nothing()
}

/// Takes every rule with a name back.
async fn clear(State(app): State<App>, scope: Scope) -> Response {
    let is_meant = |rule: &TransitionRule| rule.name.is_some();
    app.service
        .change_lifecycle(|lifecycle| take_back(lifecycle, &scope, is_meant));
    reply::nothing()
}

/// A rule as users would write it, with its name.
fn show(rule: &TransitionRule) -> Value {
    let mut shown = transition_rule::body(rule);
    shown["name"] = json!(rule.name);
    shown
}
