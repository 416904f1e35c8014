//! The user's own objects: service accounts and pods from manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::admission::check_pod_shape;
use super::pod::{Injection, Phase, Pod, Source, name_suffix};
use super::{Control, Kubernetes, NamespacedName, Owner, ROLE_ARN_ANNOTATION};
use crate::ids::IdKind;
use crate::rfc1123::{is_label, is_subdomain};

/// Why a manifest is refused, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError(pub String);

impl std::fmt::Display for ManifestError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ManifestError {}

fn refuse<T>(sentence: impl Into<String>) -> Result<T, ManifestError> {
    Err(ManifestError(sentence.into()))
}

/// A pod that the user wants, as admission sees it.
pub(crate) struct NewPod {
    namespace: String,
    name: Option<String>,
    generate_name: Option<String>,
    pub(crate) service_account: String,
    manifest: Value,
}

impl NewPod {
    /// Reads a manifest.
    ///
    /// Errors: a sentence that says what is wrong with it.
    pub(crate) fn read(manifest: &Value) -> Result<Self, ManifestError> {
        check_kind(manifest, "Pod")?;
        check_pod_shape(manifest).map_err(ManifestError)?;
        check_texts(manifest)?;
        // What is empty counts as absent to Kubernetes.
        let text = |pointer: &str| {
            let text = manifest.pointer(pointer).and_then(Value::as_str);
            text.filter(|text| !text.is_empty())
        };
        let name = text("/metadata/name").map(str::to_owned);
        let generate_name = text("/metadata/generateName").map(str::to_owned);
        match (&name, &generate_name) {
            (Some(name), _) => check_name(name)?,
            (None, Some(stem)) => check_name(stem.trim_end_matches('-'))?,
            (None, None) => {
                return refuse("metadata.name or metadata.generateName is required");
            }
        }
        check_containers(manifest)?;
        let namespace = text("/metadata/namespace").unwrap_or("default").to_owned();
        let service_account = text("/spec/serviceAccountName")
            .or_else(|| text("/spec/serviceAccount"))
            .unwrap_or("default")
            .to_owned();
        Ok(Self {
            namespace,
            name,
            generate_name,
            service_account,
            manifest: manifest.clone(),
        })
    }

    /// The namespace that the pod is to be in.
    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }
}

fn check_kind(manifest: &Value, kind: &str) -> Result<(), ManifestError> {
    if manifest["kind"] != kind || manifest["apiVersion"] != "v1" {
        return refuse(format!(
            "the manifest has to have apiVersion v1 and kind {kind}"
        ));
    }
    Ok(())
}

/// Most names are subdomains.
fn check_name(name: &str) -> Result<(), ManifestError> {
    if !is_subdomain(name) {
        return refuse(format!("{name:?} is not a lower-case RFC 1123 name"));
    }
    Ok(())
}

/// The names of namespaces and containers are labels.
fn check_label(name: &str) -> Result<(), ManifestError> {
    if !is_label(name) {
        return refuse(format!("{name:?} is not a lower-case RFC 1123 label"));
    }
    Ok(())
}

fn check_containers(manifest: &Value) -> Result<(), ManifestError> {
    let list = |name: &str| {
        let list = manifest["spec"][name].as_array();
        list.into_iter().flatten()
    };
    if list("containers").next().is_none() {
        return refuse("spec.containers is required");
    }
    let mut names = BTreeSet::new();
    for container in list("initContainers").chain(list("containers")) {
        let Some(name) = container["name"].as_str().filter(|name| !name.is_empty()) else {
            return refuse("every container needs a name");
        };
        check_label(name)?;
        if !names.insert(name) {
            return refuse(format!("two containers have the name {name}"));
        }
    }
    Ok(())
}

fn check_texts(manifest: &Value) -> Result<(), ManifestError> {
    for member in ["labels", "annotations"] {
        let map = &manifest["metadata"][member];
        let is_texts = map
            .as_object()
            .map(|map| map.values().all(Value::is_string))
            .unwrap_or(map.is_null());
        if !is_texts {
            return refuse(format!("metadata.{member} has to map names to texts"));
        }
    }
    Ok(())
}

fn texts(manifest: &Value, member: &str) -> BTreeMap<String, String> {
    let map = manifest["metadata"][member].as_object();
    let pairs = map.into_iter().flatten();
    pairs
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

impl Kubernetes {
    /// The service accounts of the user's, with labels and annotations, by
    /// namespace and name.
    pub(crate) fn users_service_accounts(
        &self,
    ) -> impl Iterator<
        Item = (
            &NamespacedName,
            &BTreeMap<String, String>,
            &BTreeMap<String, String>,
        ),
    > {
        let accounts = self.service_accounts.iter();
        let of_user = accounts.filter(|(_, account)| account.owner == Owner::User);
        of_user.map(|(name, account)| (name, &account.metadata.labels, &*account.annotations))
    }

    /// The pods of the user's that are not on their way out, as they were
    /// written, by namespace and name.
    pub(crate) fn users_pods(&self) -> impl Iterator<Item = (&NamespacedName, &Value)> {
        let pods = self.pods.iter().filter(|(_, pod)| !pod.is_terminating());
        pods.filter_map(|(name, pod)| match &pod.source {
            Source::Manifest(manifest) => Some((name, &**manifest)),
            Source::Template(_) => None,
        })
    }

    /// Takes a pod of the user's away at once.
    pub(crate) fn remove_users_pod(&mut self, name: &NamespacedName) {
        let is_users = |pod: &Pod| matches!(pod.source, Source::Manifest(_));
        if self.pods.get(name).is_some_and(is_users) {
            self.pods.remove(name);
        }
    }

    /// Takes a service account of the user's away.
    pub(crate) fn remove_users_service_account(&mut self, name: &NamespacedName) {
        let account = self.service_accounts.get(name);
        if account.is_some_and(|account| account.owner == Owner::User) {
            self.service_accounts.remove(name);
        }
    }

    /// Makes or replaces a service account of the user's, and its namespace
    /// if need be. One that is an add-on's stays the add-on's.
    ///
    /// Errors: a sentence that says what is wrong with the manifest.
    pub(crate) fn put_service_account(
        &mut self,
        key: &NamespacedName,
        manifest: &Value,
        control: &mut Control<'_>,
    ) -> Result<Value, ManifestError> {
        check_kind(manifest, "ServiceAccount")?;
        check_label(&key.0)?;
        check_name(&key.1)?;
        check_texts(manifest)?;
        let named = [("name", &key.1), ("namespace", &key.0)];
        for (member, wanted) in named {
            let given = &manifest["metadata"][member];
            if !given.is_null() && given != wanted {
                return refuse(format!(
                    "metadata.{member} is not {wanted}, which the path names"
                ));
            }
        }
        self.ensure_namespace(&key.0, control);
        if !self.service_accounts.contains_key(key) {
            self.ensure_service_account(&key.0, &key.1, Owner::User, control);
        }
        let version = self.next_version();
        if let Some(account) = self.service_accounts.get_mut(key) {
            account.metadata.labels = texts(manifest, "labels");
            let annotations = texts(manifest, "annotations");
            account.has_managed_role &= annotations.get(ROLE_ARN_ANNOTATION)
                == account.annotations.get(ROLE_ARN_ANNOTATION);
            account.annotations = Arc::new(annotations);
            account.metadata.resource_version = version;
        }
        Ok(self.render_service_account(key).unwrap_or_default())
    }

    /// Makes a pod of the user's. Gives its name.
    ///
    /// Errors: a sentence if its namespace or service account does not exist
    /// or its name is taken.
    pub(crate) fn post_pod(
        &mut self,
        new: NewPod,
        has_association: bool,
        control: &mut Control<'_>,
    ) -> Result<NamespacedName, ManifestError> {
        let NewPod {
            namespace,
            name,
            generate_name,
            service_account,
            mut manifest,
        } = new;
        if !self.namespaces.contains_key(&namespace) {
            return refuse(format!("namespaces \"{namespace}\" not found"));
        }
        let Some(annotations) = self.annotations_of(&namespace, &service_account).cloned() else {
            return refuse(format!(
                "error looking up service account {namespace}/{service_account}: serviceaccount \"{service_account}\" not found"
            ));
        };
        let name = name.unwrap_or_else(|| {
            format!(
                "{}{}",
                generate_name.unwrap_or_default(),
                name_suffix(control.ids)
            )
        });
        let key = (namespace, name);
        if self.pods.contains_key(&key) {
            return refuse(format!("pods \"{}\" already exists", key.1));
        }
        manifest["metadata"]["name"] = json!(key.1);
        manifest["metadata"]["namespace"] = json!(key.0);
        manifest["spec"]["serviceAccountName"] = json!(service_account);
        let metadata = self.new_metadata(control);
        let pod = Pod {
            metadata,
            owner: None,
            source: Source::Manifest(Arc::new(manifest)),
            service_account,
            phase: Phase::Pending,
            found_no_node: false,
            node: None,
            scheduled_at: None,
            started_at: None,
            ready_at: None,
            deleted_at: None,
            injection: Injection {
                has_association,
                annotations: Some(annotations),
                random: control.ids.next(IdKind::TokenLifetime) as u64,
            },
        };
        self.add_pod(key.clone(), pod, control);
        Ok(key)
    }
}
