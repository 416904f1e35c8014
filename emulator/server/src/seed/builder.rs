//! Seeds put together in code.

use eks_emulator_api::eks::{AddonIssue, AddonIssueCode, AddonStatus, ClusterStatus};

use super::document::{
    AddonSeed, AssociationSeed, ClusterSeed, OwnedAssociation, OwnedAssociationSeed, PodSeed,
    RoleSeed, Seed, ServiceAccountSeed, Trust,
};
use super::mistake::SeedError;
use super::read::ReadSeed;
use super::source::Format;

impl Seed {
    /// A seed that says nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A cluster of this name, to be described further.
    ///
    /// ```
    /// use eks_emulator::EksEmulator;
    /// use eks_emulator::seed::Seed;
    ///
    /// let emulator = EksEmulator::builder()
    ///     .seed(
    ///         Seed::cluster("demo")
    ///             .version("1.32")
    ///             .addon("eks-pod-identity-agent")
    ///             .addon_with("vpc-cni", |addon| {
    ///                 addon.pod_identity("aws-node", "role/vpc-cni")
    ///             })
    ///             .pod_identity("app", "api", "role/app"),
    ///     )
    ///     .start_blocking()?;
    /// # Ok::<(), eks_emulator::Error>(())
    /// ```
    pub fn cluster(name: impl Into<String>) -> ClusterSeed {
        ClusterSeed {
            name: name.into(),
            ..ClusterSeed::default()
        }
    }

    /// Adds a cluster.
    pub fn and_cluster(mut self, cluster: ClusterSeed) -> Self {
        self.clusters.push(cluster);
        self
    }

    /// Adds a role of the account.
    pub fn role(mut self, name: impl Into<String>, trust: Trust) -> Self {
        self.roles.push(RoleSeed {
            name: name.into(),
            trust: Some(trust),
            ..RoleSeed::default()
        });
        self
    }

    /// Reads a document in YAML.
    ///
    /// Errors: everything that is wrong with its syntax or structure.
    pub fn from_yaml(text: &str) -> Result<Self, SeedError> {
        ReadSeed::read(None, text, Format::Yaml).map(|read| read.seed)
    }

    /// Reads a document in JSON.
    ///
    /// Errors: everything that is wrong with its syntax or structure.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        ReadSeed::read(None, text, Format::Json).map(|read| read.seed)
    }

    /// The document in YAML, as people write it.
    pub fn to_yaml(&self) -> String {
        super::export::write_yaml(&super::export::Ordered::of(self))
    }

    /// The document in JSON.
    pub fn to_json(&self) -> String {
        let ordered = super::export::Ordered::of(self);
        let mut text = serde_json::to_string_pretty(&ordered).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The JSON Schema (draft 2020-12) of documents, by which editors complete
    /// and check them.
    pub fn json_schema() -> serde_json::Value {
        super::schema::document_schema()
    }
}

impl From<ClusterSeed> for Seed {
    fn from(cluster: ClusterSeed) -> Self {
        Self::new().and_cluster(cluster)
    }
}

impl ClusterSeed {
    /// Its Kubernetes version: `1.32`, `default` or `latest`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Its status.
    pub fn status(mut self, status: ClusterStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Its role: an ARN, or `role/NAME` of the account.
    pub fn role(mut self, role_arn: impl Into<String>) -> Self {
        self.role_arn = Some(role_arn.into());
        self
    }

    /// Adds an add-on in its default version.
    pub fn addon(self, name: impl Into<String>) -> Self {
        self.addon_with(name, |addon| addon)
    }

    /// Adds an add-on that `describe` says more about.
    pub fn addon_with(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(AddonSeed) -> AddonSeed,
    ) -> Self {
        let addon = AddonSeed {
            addon_name: name.into(),
            ..AddonSeed::default()
        };
        self.addons.push(describe(addon));
        self
    }

    /// Adds a pod identity association.
    pub fn pod_identity(
        mut self,
        namespace: impl Into<String>,
        service_account: impl Into<String>,
        role_arn: impl Into<String>,
    ) -> Self {
        self.pod_identity_associations.push(AssociationSeed {
            namespace: namespace.into(),
            service_account: service_account.into(),
            role_arn: role_arn.into(),
            ..AssociationSeed::default()
        });
        self
    }

    /// Adds a service account, with the role of IRSA if there is one.
    pub fn service_account(
        mut self,
        namespace: impl Into<String>,
        name: impl Into<String>,
        role_arn: Option<&str>,
    ) -> Self {
        let annotation =
            |role_arn: &str| ("eks.amazonaws.com/role-arn".to_owned(), role_arn.to_owned());
        self.service_accounts.push(ServiceAccountSeed {
            namespace: namespace.into(),
            name: name.into(),
            annotations: role_arn.map(annotation).into_iter().collect(),
            ..ServiceAccountSeed::default()
        });
        self
    }

    /// Adds a pod of a service account.
    pub fn pod(
        mut self,
        namespace: impl Into<String>,
        name: impl Into<String>,
        service_account: impl Into<String>,
    ) -> Self {
        self.pods.push(PodSeed {
            namespace: namespace.into(),
            name: name.into(),
            service_account: Some(service_account.into()),
            ..PodSeed::default()
        });
        self
    }
}

impl AddonSeed {
    /// Its version: in full, `default` or `latest`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.addon_version = Some(version.into());
        self
    }

    /// Its status.
    pub fn status(mut self, status: AddonStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds something that is wrong with it.
    pub fn issue(mut self, code: AddonIssueCode, message: impl Into<String>) -> Self {
        let issues = self.x_emulator.issues.get_or_insert_default();
        issues.push(AddonIssue {
            code: Some(code),
            message: Some(message.into()),
            resource_ids: None,
        });
        self
    }

    /// Its configuration values, JSON or YAML.
    pub fn configuration(mut self, values: impl Into<String>) -> Self {
        self.configuration_values = Some(values.into());
        self
    }

    /// The role of its service accounts (IRSA): an ARN, or `role/NAME`.
    pub fn service_account_role(mut self, role_arn: impl Into<String>) -> Self {
        self.service_account_role_arn = Some(role_arn.into());
        self
    }

    /// Adds an association that it owns.
    pub fn pod_identity(
        mut self,
        service_account: impl Into<String>,
        role_arn: impl Into<String>,
    ) -> Self {
        let owned = self.pod_identity_associations.get_or_insert_default();
        owned.push(OwnedAssociation::Whole(OwnedAssociationSeed {
            service_account: service_account.into(),
            role_arn: role_arn.into(),
            ..OwnedAssociationSeed::default()
        }));
        self
    }
}
