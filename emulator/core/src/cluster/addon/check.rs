//! Checks that creating and updating an add-on share.

use eks_emulator_api::eks::Error;

use super::configuration_values;
use super::error::Subject;
use crate::arn::RoleArn;
use crate::catalog::{OfferedAddon, OfferedVersion};
use crate::cluster::Cluster;
use crate::cluster::error::cross_account_pass_role;
use crate::proposed;

impl Cluster {
    /// The version of the add-on that `asked` names, or the default one.
    pub(super) fn check_version<'a>(
        &self,
        subject: Subject<'_>,
        definition: OfferedAddon<'a>,
        asked: Option<&str>,
    ) -> Result<OfferedVersion<'a>, Error> {
        let Some(asked) = asked else {
            return definition
                .default_version(&self.version)
                .ok_or_else(|| subject.not_offered(&self.version));
        };
        let version = definition
            .version(asked)
            .filter(|version| version.supports(&self.version))
            .ok_or_else(|| subject.version_not_supported())?;
        let supported = version.platform_versions(&self.version);
        if !runs_on(&supported, self.platform_version()) {
            return Err(subject.platform_version_too_old());
        }
        Ok(version)
    }

    /// Source of the order of checks: a foreign role is refused before
    /// anything is looked up about it.
    pub(super) fn check_role(&self, subject: Subject<'_>, role_arn: &str) -> Result<(), Error> {
        match RoleArn::classify(role_arn, &self.home) {
            RoleArn::Own => Ok(()),
            RoleArn::Foreign => Err(cross_account_pass_role()),
            RoleArn::Malformed => {
                Err(subject.invalid_parameter(proposed::invalid_role_arn(role_arn)))
            }
        }
    }
}

/// Checks configuration values against the schema of the version.
pub(super) fn check_configuration(
    subject: Subject<'_>,
    version: OfferedVersion<'_>,
    values: Option<&str>,
) -> Result<(), Error> {
    let values = match values {
        Some(values) => values,
        None if version.requires_configuration() => "{}",
        None => return Ok(()),
    };
    configuration_values::validate(version.configuration_schema(), values)
        .map(drop)
        .map_err(|message| subject.invalid_parameter(message))
}

/// Whether a platform version is among `supported`: `*`, `eks.5`, or `eks.5+`
/// for that one and later ones.
///
/// Source of the forms: aws/aws-cli issue 6832.
fn runs_on(supported: &[impl AsRef<str>], platform_version: &str) -> bool {
    let number = |text: &str| text.strip_prefix("eks.")?.parse::<u32>().ok();
    let mut supported = supported.iter().map(AsRef::as_ref);
    supported.any(|entry| match entry.strip_suffix('+') {
        Some(least) => number(platform_version) >= number(least),
        None => entry == "*" || entry == platform_version,
    })
}

#[cfg(test)]
mod tests {
    use super::runs_on;

    #[test]
    fn platform_versions_are_exact_open_ended_or_any() {
        assert!(runs_on(&["*"], "eks.1"));
        assert!(runs_on(&["eks.4+"], "eks.4"));
        assert!(runs_on(&["eks.4+"], "eks.13"));
        assert!(!runs_on(&["eks.4+"], "eks.3"));
        assert!(runs_on(&["eks.2", "eks.3"], "eks.3"));
        assert!(!runs_on(&["eks.2"], "eks.3"));
        assert!(!runs_on(&[] as &[&str], "eks.3"));
    }
}
