//! Every operation of the model: the ones that the emulator has, and the
//! ones that it says it does not have.

use aws_sdk_eks::config::retry::RetryConfig;
use aws_sdk_eks::error::ProvideErrorMetadata;
use eks_emulator::support::{Support, operations};
use serde_json::{Map, Value, json};

use crate::raw::RawAnswer;
use crate::support::{RequestCount, TestEmulator};

/// The service model: what a request has to have is read from it.
struct Model(Value);

/// The parts of a request that is valid and has nothing optional.
struct MinimalRequest {
    method: String,
    target: String,
    body: String,
}

impl Model {
    fn read() -> Self {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../fixtures/api-models/eks-2017-11-01.json"
        );
        let text = std::fs::read_to_string(path).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    fn operation_count(&self) -> usize {
        self.0["operations"].as_object().unwrap().len()
    }

    fn request(&self, operation: &str) -> MinimalRequest {
        let operation = &self.0["operations"][operation];
        let mut target = text(&operation["http"]["requestUri"]).to_owned();
        let mut query = Vec::new();
        let mut body = Map::new();
        let input = &self.0["shapes"][text(&operation["input"]["shape"])];
        for name in required(input) {
            let member = &input["members"][name];
            let value = self.value(text(&member["shape"]));
            let wire_name = member["locationName"].as_str().unwrap_or(name);
            match member["location"].as_str() {
                Some("uri") => {
                    target = target.replace(&format!("{{{wire_name}}}"), &label(&value));
                }
                Some(_) => query.push(format!("{wire_name}={}", label(&value))),
                None => drop(body.insert(wire_name.to_owned(), value)),
            }
        }
        if !query.is_empty() {
            target = format!("{target}?{}", query.join("&"));
        }
        let method = text(&operation["http"]["method"]).to_owned();
        let body = match method.as_str() {
            "GET" | "DELETE" => String::new(),
            _ => Value::from(body).to_string(),
        };
        MinimalRequest {
            method,
            target,
            body,
        }
    }

    /// The smallest value of a shape.
    fn value(&self, shape: &str) -> Value {
        let shape = &self.0["shapes"][shape];
        match text(&shape["type"]) {
            "string" => shape["enum"].get(0).cloned().unwrap_or_else(|| json!("x1")),
            "integer" | "long" => shape["min"].as_i64().unwrap_or(1).into(),
            "boolean" => json!(true),
            "list" => json!([self.value(text(&shape["member"]["shape"]))]),
            "map" => json!({ "key": self.value(text(&shape["value"]["shape"])) }),
            "structure" => required(shape)
                .map(|name| {
                    let member = text(&shape["members"][name]["shape"]);
                    (name.to_owned(), self.value(member))
                })
                .collect::<Map<_, _>>()
                .into(),
            other => panic!("a shape of type {other}"),
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn required(shape: &Value) -> impl Iterator<Item = &str> {
    shape["required"].as_array().into_iter().flatten().map(text)
}

/// A value in a path or a query; a list is given by its only item.
fn label(value: &Value) -> String {
    match value {
        Value::Array(items) => label(&items[0]),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn names(wanted: Support) -> Vec<&'static str> {
    let chosen = operations().filter(|(_, support)| *support == wanted);
    chosen.map(|(name, _)| name).collect()
}

async fn call(test: &TestEmulator, model: &Model, operation: &str) -> RawAnswer {
    let MinimalRequest {
        method,
        target,
        body,
    } = model.request(operation);
    assert!(!target.contains('{'), "{operation}: {target}");
    test.raw(&method, &target, &body).await
}

#[test]
fn every_operation_of_the_model_is_counted() {
    assert_eq!(Model::read().operation_count(), 70);
    assert_eq!(operations().count(), 70);
    assert_eq!(names(Support::Full).len(), 24);
    assert_eq!(names(Support::None).len(), 46);
}

#[tokio::test]
async fn operations_that_are_not_there_say_so_by_name() {
    let (test, model) = (TestEmulator::start(), Model::read());
    for operation in names(Support::None) {
        let answer = call(&test, &model, operation).await;
        assert_eq!(answer.status, 501, "{operation}: {}", answer.body);
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("NotImplementedException")
        );
        let expected = json!({ "message": format!("The emulator does not have {operation} yet.") });
        assert_eq!(answer.json(), expected);
    }
}

#[tokio::test]
async fn operations_that_are_there_answer_for_themselves() {
    let model = Model::read();
    for operation in names(Support::Full) {
        let test = TestEmulator::start();
        test.cluster_named("x1").await;
        let answer = call(&test, &model, operation).await;
        let expected = match operation {
            // The minimal request is a whole one.
            "DeleteCluster"
            | "DescribeAddonVersions"
            | "DescribeCluster"
            | "DescribeClusterVersions"
            | "ListAddons"
            | "ListClusters"
            | "ListPodIdentityAssociations"
            | "ListUpdates" => 200,
            // What it names is not there.
            "DeleteAddon" | "DescribeAddon" | "DescribeUpdate" | "UpdateAddon" => 404,
            // What it names is there already.
            "CreateCluster" => 409,
            // What it names cannot be.
            _ => 400,
        };
        assert_eq!(answer.status, expected, "{operation}: {}", answer.body);
    }
}

#[tokio::test]
async fn requests_to_operations_that_are_not_there_are_validated_all_the_same() {
    let test = TestEmulator::start();
    let answer = test.raw("POST", "/clusters/c1/node-groups", "{}").await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["message"],
        "The parameter nodegroupName must not be empty."
    );
}

#[tokio::test]
async fn the_sdk_sees_the_error_and_does_not_try_again() {
    let test = TestEmulator::start();
    let count = RequestCount::default();
    let client = test.client_with(|configuration| {
        let retry = RetryConfig::standard().with_max_attempts(3);
        configuration.retry_config(retry).interceptor(count.clone())
    });
    let error = client
        .list_nodegroups()
        .cluster_name("c1")
        .send()
        .await
        .expect_err("not there");
    assert_eq!(error.code(), Some("NotImplementedException"));
    assert_eq!(
        error.message(),
        Some("The emulator does not have ListNodegroups yet.")
    );
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 501);
    assert_eq!(count.get(), 1);
}
