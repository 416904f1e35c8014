//! Looking at what runs on a cluster, and adding the user's own objects.
//!
//! Looking counts as a read: with the `manual` lifecycle that is what moves
//! pods on.

use eks_emulator_api::eks::{Error, ResourceNotFoundException};
use serde_json::{Value, json};

use super::Cluster;
use crate::credentials::{CredentialDecision, associates, decide};
use crate::environment::Environment;
use crate::ids::IdKind;
use crate::kubernetes::admission::{Lookup, PodIdentityWebhook, ReviewAnswer, TOKEN_VOLUMES};
use crate::kubernetes::user_object::NewPod;
use crate::kubernetes::view::Surroundings;
use crate::kubernetes::{ManifestError, NamespacedName, Owner, WorkloadKey};
use crate::{catalog::WorkloadKind, credentials};

/// Which pods to look at; what is `None` does not narrow.
#[derive(Clone, Copy, Debug, Default)]
pub struct PodFilter<'a> {
    /// The pods of a namespace.
    pub namespace: Option<&'a str>,
    /// The pods of an add-on.
    pub addon_name: Option<&'a str>,
}

/// How much of everything a cluster has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceCounts {
    /// Add-ons, whatever their status.
    pub addons: usize,
    /// Pod identity associations.
    pub associations: usize,
    /// Pods of add-ons and of users.
    pub pods: usize,
}

/// Which role a pod gets, what was injected into it, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialReport {
    /// The decision, with the rules in the order they were applied.
    pub decision: CredentialDecision,
    /// The environment variables that were injected into each container, as
    /// `{"name", "value"}` objects by container name.
    pub environment: Value,
    /// Who the injected token is for; `None` if none was injected.
    pub audience: Option<String>,
}

impl Cluster {
    /// How much of everything there is. This does not count as a read.
    pub fn resource_counts(&self) -> ResourceCounts {
        ResourceCounts {
            addons: self.addons.len(),
            associations: self.associations.len(),
            pods: self.kubernetes.pod_names().count(),
        }
    }

    /// The pods, as Kubernetes shows them.
    pub fn pods(&mut self, environment: &Environment<'_>, filter: PodFilter<'_>) -> Vec<Value> {
        self.count_read_of_objects(environment);
        let names: Vec<NamespacedName> = self
            .kubernetes
            .pod_names()
            .filter(|((namespace, _), addon_name)| {
                filter.namespace.is_none_or(|wanted| wanted == namespace)
                    && filter
                        .addon_name
                        .is_none_or(|wanted| Some(wanted) == *addon_name)
            })
            .map(|(name, _)| name.clone())
            .collect();
        names
            .iter()
            .filter_map(|name| self.pod_object(name))
            .collect()
    }

    fn pod_object(&self, name: &NamespacedName) -> Option<Value> {
        self.kubernetes.render_pod(name, self.surroundings())
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            region: &self.home.region,
            ip_family: self.ip_family(),
        }
    }

    /// Deployments and DaemonSets, each followed by its ReplicaSets or
    /// ControllerRevisions.
    pub fn workloads(&mut self, environment: &Environment<'_>) -> Vec<Value> {
        self.count_read_of_objects(environment);
        self.kubernetes.render_workloads(&self.home.region)
    }

    /// The service accounts.
    pub fn service_accounts(&self) -> Vec<Value> {
        self.kubernetes.render_service_accounts()
    }

    /// The namespaces.
    pub fn namespaces(&self) -> Vec<Value> {
        self.kubernetes.render_namespaces()
    }

    /// The nodes.
    pub fn nodes(&self) -> Vec<Value> {
        self.kubernetes.render_nodes()
    }

    /// The Kubernetes events of the last hour, the oldest first.
    pub fn kubernetes_events(
        &mut self,
        environment: &Environment<'_>,
        namespace: Option<&str>,
    ) -> Vec<Value> {
        self.count_read_of_objects(environment);
        self.kubernetes.render_events(environment.now, namespace)
    }

    /// Which role a pod gets, by what was injected when it was made and by
    /// what is there now; `None` if there is no such pod.
    pub fn pod_credentials(&self, namespace: &str, name: &str) -> Option<CredentialReport> {
        let key = (namespace.to_owned(), name.to_owned());
        let pod = self.kubernetes.pod(&key)?;
        let injected = pod.decision(&key, self.surroundings());
        let addon_name = self.kubernetes.addon_of(pod);
        let question = self.question(namespace, &pod.service_account, addon_name);
        let decision = credentials::of_running_pod(&question, &injected);
        let rendered = self.pod_object(&key)?;
        Some(CredentialReport {
            decision,
            environment: injected_environment(&rendered),
            audience: injected_audience(&rendered),
        })
    }

    /// Which role a new pod of a service account would get. A service account
    /// of an add-on is looked at as its pods are.
    pub fn service_account_credentials(&self, namespace: &str, name: &str) -> CredentialReport {
        let addon_name = self.kubernetes.addon_of_service_account(namespace, name);
        let question = self.question(namespace, name, addon_name);
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "new", "namespace": namespace },
            "spec": { "serviceAccountName": name, "containers": [{ "name": "container" }] },
        });
        let annotations = self.kubernetes.annotations_of(namespace, name);
        let lookup = Lookup {
            association_exists: associates(&question),
            service_account: annotations.map(|annotations| (**annotations).clone()),
            random: 0,
        };
        let mutated = self
            .webhook()
            .decide(namespace, &pod, &lookup)
            .mutation
            .mutate(&pod);
        CredentialReport {
            decision: decide(&question),
            environment: injected_environment(&mutated),
            audience: injected_audience(&mutated),
        }
    }

    fn webhook(&self) -> PodIdentityWebhook<'_> {
        PodIdentityWebhook::on_eks(&self.home.region, self.ip_family())
    }

    /// Answers an AdmissionReview as the pod identity webhook does.
    pub fn mutate_pod(&mut self, content_type: Option<&str>, body: &[u8]) -> ReviewAnswer {
        let random = self.ids.next(IdKind::TokenLifetime) as u64;
        let cluster = &*self;
        cluster
            .webhook()
            .review(content_type, body, |namespace, service_account| {
                let addon_name = cluster
                    .kubernetes
                    .addon_of_service_account(namespace, service_account);
                let question = cluster.question(namespace, service_account, addon_name);
                let annotations = cluster
                    .kubernetes
                    .annotations_of(namespace, service_account);
                Lookup {
                    association_exists: associates(&question),
                    service_account: annotations.map(|annotations| (**annotations).clone()),
                    random,
                }
            })
    }

    /// Makes or replaces a service account from a manifest, and its namespace
    /// if need be.
    ///
    /// Errors: a sentence that says what is wrong with the manifest.
    pub fn put_service_account(
        &mut self,
        environment: &Environment<'_>,
        namespace: &str,
        name: &str,
        manifest: &Value,
    ) -> Result<Value, ManifestError> {
        let key = (namespace.to_owned(), name.to_owned());
        self.control(environment, environment.now, |kubernetes, control| {
            kubernetes.put_service_account(&key, manifest, control)
        })
    }

    /// Makes a pod from a manifest, as admission lets it in, and gives it as
    /// it is stored.
    ///
    /// Errors: a sentence that says what is wrong with the manifest.
    pub fn post_pod(
        &mut self,
        environment: &Environment<'_>,
        manifest: &Value,
    ) -> Result<Value, ManifestError> {
        let new = NewPod::read(manifest)?;
        let question = self.question(new.namespace(), &new.service_account, None);
        let has_association = associates(&question);
        let key = self.control(environment, environment.now, |kubernetes, control| {
            kubernetes.post_pod(new, has_association, control)
        })?;
        Ok(self.pod_object(&key).unwrap_or_default())
    }

    /// Deletes a pod as `kubectl delete pod` does: it is on its way out then,
    /// and its controller, if it has one, replaces it. Gives whether there is
    /// such a pod.
    pub fn delete_pod(
        &mut self,
        environment: &Environment<'_>,
        namespace: &str,
        name: &str,
    ) -> bool {
        let key = (namespace.to_owned(), name.to_owned());
        self.control(environment, environment.now, |kubernetes, control| {
            kubernetes.delete_pod_on_request(&key, control)
        })
    }

    /// Restarts a workload as `kubectl rollout restart` does. `kind` is
    /// `deployment` or `daemonset`, or the plural, however it is capitalised.
    ///
    /// Errors: `ResourceNotFoundException`, whose message names the workload.
    pub fn restart_workload(
        &mut self,
        environment: &Environment<'_>,
        namespace: &str,
        kind: &str,
        name: &str,
    ) -> Result<(), Error> {
        let kind = match kind.to_lowercase().as_str() {
            "deployment" | "deployments" => Some(WorkloadKind::Deployment),
            "daemonset" | "daemonsets" => Some(WorkloadKind::DaemonSet),
            _ => None,
        };
        let key = kind.map(|kind| WorkloadKey {
            namespace: namespace.to_owned(),
            kind,
            name: name.to_owned(),
        });
        let is_restarted = key.is_some_and(|key| {
            self.control(environment, environment.now, |kubernetes, control| {
                kubernetes.restart(&key, control)
            })
        });
        if is_restarted {
            return Ok(());
        }
        Err(ResourceNotFoundException {
            cluster_name: Some((*self.name).to_owned()),
            message: Some(format!(
                "The cluster has no workload {namespace}/{name} of that kind."
            )),
            ..Default::default()
        }
        .into())
    }

    /// Whether any Kubernetes object belongs to an add-on.
    pub fn has_objects_of(&self, addon_name: &str) -> bool {
        self.kubernetes
            .owns_anything(&Owner::Addon(addon_name.to_owned()))
    }
}

/// The variables that the webhook may inject.
const INJECTED: [&str; 7] = [
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

fn injected_environment(pod: &Value) -> Value {
    let mut environment = serde_json::Map::new();
    for list in ["initContainers", "containers"] {
        for container in pod["spec"][list].as_array().into_iter().flatten() {
            let variables = container["env"].as_array().into_iter().flatten();
            let injected: Vec<&Value> = variables
                .filter(|variable| {
                    variable["name"]
                        .as_str()
                        .is_some_and(|name| INJECTED.contains(&name))
                })
                .collect();
            let name = container["name"].as_str().unwrap_or_default();
            environment.insert(name.to_owned(), json!(injected));
        }
    }
    Value::Object(environment)
}

/// The audience of the token in the volume that the webhook adds.
fn injected_audience(pod: &Value) -> Option<String> {
    let mut volumes = pod["spec"]["volumes"].as_array()?.iter();
    let injected =
        volumes.find(|volume| TOKEN_VOLUMES.iter().any(|name| volume["name"] == *name))?;
    let audience = injected.pointer("/projected/sources/0/serviceAccountToken/audience")?;
    audience.as_str().map(str::to_owned)
}
