//! The steps of a decision: which rule was looked at and what it found.

/// One rule that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rule.
    pub rule: Rule,
    /// The container, where the rule is about one.
    pub container: Option<String>,
    /// What came of it.
    pub effect: Effect,
    /// What it found, in words.
    pub text: String,
}

/// The rules, in the order in which they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Is the pod sent to the webhook?
    ObjectSelector,
    /// Is it a pod?
    PodDecoding,
    /// Is there a pod identity association?
    Association,
    /// Does the service account name a role?
    RoleAnnotation,
    /// Is the regional STS asked?
    StsRegionalEndpoints,
    /// How long does the token live?
    TokenExpiration,
    /// Which containers are left alone?
    SkipContainers,
    /// Is it a Windows pod?
    OperatingSystem,
    /// Is the pod labelled?
    Label,
    /// Does the pod get the token's volume?
    Volume,
    /// What does a container get?
    Container,
    /// What does an init container get?
    InitContainer,
}

/// What came of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing; the next rule is looked at.
    Passes,
    /// It chose the mechanism, or that there is none.
    Decides,
    /// It chose a value.
    Sets,
    /// It changed the pod.
    Changes,
    /// It left something alone.
    Keeps,
    /// It found something that does not count.
    Ignored,
}

impl Step {
    pub(super) fn new(rule: Rule, effect: Effect, text: String) -> Self {
        Self {
            rule,
            container: None,
            effect,
            text,
        }
    }

    pub(super) fn of_container(self, name: &str) -> Self {
        Self {
            container: Some(name.to_owned()),
            ..self
        }
    }
}

impl Rule {
    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ObjectSelector => "objectSelector",
            Self::PodDecoding => "podDecoding",
            Self::Association => "association",
            Self::RoleAnnotation => "roleAnnotation",
            Self::StsRegionalEndpoints => "stsRegionalEndpoints",
            Self::TokenExpiration => "tokenExpiration",
            Self::SkipContainers => "skipContainers",
            Self::OperatingSystem => "operatingSystem",
            Self::Label => "label",
            Self::Volume => "volume",
            Self::Container => "container",
            Self::InitContainer => "initContainer",
        }
    }
}

impl Effect {
    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::Decides => "decides",
            Self::Sets => "sets",
            Self::Changes => "changes",
            Self::Keeps => "keeps",
            Self::Ignored => "ignored",
        }
    }
}
