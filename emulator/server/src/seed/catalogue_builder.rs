//! Add-ons of the catalogue put together in code.

use serde_json::Value;

use super::document::{
    CatalogueAddonSeed, CatalogueVersionSeed, CatalogueWorkloadSeed, ConfigurationSchemaSeed, Seed,
    WorkloadKindSeed,
};

impl Seed {
    /// Adds an add-on to the catalogue.
    ///
    /// ```
    /// use eks_emulator::EksEmulator;
    /// use eks_emulator::seed::{CatalogueAddonSeed, Seed};
    ///
    /// let acme = CatalogueAddonSeed::new("acme-agent").version("v1.0.0-eksbuild.1", |version| {
    ///     version.on(["1.32"]).by_default().pod_identity("acme")
    /// });
    /// let emulator = EksEmulator::builder()
    ///     .seed(
    ///         Seed::from(Seed::cluster("demo").version("1.32").addon("acme-agent"))
    ///             .and_addon_in_catalogue(acme),
    ///     )
    ///     .start_blocking()?;
    /// # Ok::<(), eks_emulator::Error>(())
    /// ```
    pub fn and_addon_in_catalogue(mut self, addon: CatalogueAddonSeed) -> Self {
        self.catalogue.push(addon);
        self
    }
}

impl CatalogueAddonSeed {
    /// The add-on `name`, to be described further.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            addon_name: name.into(),
            ..Self::default()
        }
    }

    /// Adds a version that `describe` says more about.
    pub fn version(
        mut self,
        version: impl Into<String>,
        describe: impl FnOnce(CatalogueVersionSeed) -> CatalogueVersionSeed,
    ) -> Self {
        let version = CatalogueVersionSeed {
            addon_version: version.into(),
            ..CatalogueVersionSeed::default()
        };
        self.versions.push(describe(version));
        self
    }

    /// The namespace it is installed in.
    pub fn default_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.default_namespace = Some(namespace.into());
        self
    }

    /// Adds a workload to those that it installs.
    pub fn workload(mut self, workload: CatalogueWorkloadSeed) -> Self {
        self.workloads.get_or_insert_default().push(workload);
        self
    }
}

impl CatalogueVersionSeed {
    /// The cluster versions that it runs on.
    pub fn on<T: Into<String>>(mut self, cluster_versions: impl IntoIterator<Item = T>) -> Self {
        let versions = cluster_versions.into_iter().map(Into::into);
        self.cluster_versions = Some(versions.collect());
        self
    }

    /// Clusters of these versions get it that ask for none.
    pub fn by_default(mut self) -> Self {
        self.default = Some(true);
        self
    }

    /// Adds a service account that can have a role through pod identity.
    pub fn pod_identity(mut self, service_account: impl Into<String>) -> Self {
        let accounts = self.pod_identity_service_accounts.get_or_insert_default();
        accounts.push(service_account.into());
        self
    }

    /// The JSON Schema of its configuration values: an object, or JSON in a
    /// text.
    pub fn configuration_schema(mut self, schema: Value) -> Self {
        self.configuration_schema = Some(match schema {
            Value::Object(schema) => ConfigurationSchemaSeed::Whole(schema),
            Value::String(text) => ConfigurationSchemaSeed::Text(text),
            other => ConfigurationSchemaSeed::Text(other.to_string()),
        });
        self
    }
}

impl CatalogueWorkloadSeed {
    /// A Deployment with one pod.
    pub fn deployment(name: impl Into<String>) -> Self {
        Self::new(WorkloadKindSeed::Deployment, name.into())
    }

    /// A DaemonSet.
    pub fn daemon_set(name: impl Into<String>) -> Self {
        Self::new(WorkloadKindSeed::DaemonSet, name.into())
    }

    fn new(kind: WorkloadKindSeed, name: String) -> Self {
        Self {
            kind,
            name,
            replicas: None,
            service_account: None,
            image: None,
        }
    }

    /// How many pods it has.
    pub fn replicas(mut self, replicas: i32) -> Self {
        self.replicas = Some(replicas);
        self
    }

    /// The service account of its pods.
    pub fn service_account(mut self, name: impl Into<String>) -> Self {
        self.service_account = Some(name.into());
        self
    }
}
