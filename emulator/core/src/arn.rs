//! Amazon Resource Names: taking them apart.

use crate::region::AccountRegion;

/// The six parts of `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The partition, for example `aws`.
    pub partition: &'a str,
    /// The service, for example `iam`.
    pub service: &'a str,
    /// The region; empty for global services.
    pub region: &'a str,
    /// The account.
    pub account_id: &'a str,
    /// What follows, colons and slashes included.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes `text` apart; `None` if it is not an ARN.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let arn = Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account_id: parts.next()?,
            resource: parts.next()?,
        };
        let complete = !arn.partition.is_empty() && !arn.service.is_empty();
        (complete && !arn.resource.is_empty()).then_some(arn)
    }
}

/// Whether a text names a role that a cluster of an account may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoleArn {
    /// A role of the account.
    Own,
    /// A role of another account, or an empty text: the service refuses both
    /// alike.
    Foreign,
    /// Not a role's ARN.
    Malformed,
}

impl RoleArn {
    /// Classifies `text` as seen from `home`.
    pub(crate) fn classify(text: &str, home: &AccountRegion) -> Self {
        if text.is_empty() {
            return Self::Foreign;
        }
        match role_account(text) {
            None => Self::Malformed,
            Some(account_id) if account_id == home.account_id => Self::Own,
            Some(_) => Self::Foreign,
        }
    }
}

/// The account of a role's ARN; `None` if it is not one.
pub(crate) fn role_account(text: &str) -> Option<&str> {
    let arn = Arn::parse(text)?;
    let name = arn.resource.strip_prefix("role/")?;
    let is_account = is_account_id(arn.account_id);
    let is_role = arn.service == "iam" && arn.region.is_empty() && is_role_name(name);
    (is_account && is_role && arn.partition.starts_with("aws")).then_some(arn.account_id)
}

/// Whether a text is the id of an account: twelve digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A role's path and name; source: IAM user guide, "IAM identifiers".
fn is_role_name(path_and_name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    let name = path_and_name.rsplit('/').next().unwrap_or_default();
    let path_is_fine = path_and_name
        .bytes()
        .all(|byte| (0x21..=0x7e).contains(&byte));
    path_is_fine && (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_own_foreign_or_malformed() {
        let home = AccountRegion {
            partition: "aws".into(),
            account_id: "111122223333".into(),
            region: "us-east-1".into(),
        };
        let classify = |text| RoleArn::classify(text, &home);
        assert_eq!(
            classify("arn:aws:iam::111122223333:role/reader"),
            RoleArn::Own
        );
        assert_eq!(
            classify("arn:aws:iam::111122223333:role/a/path/reader"),
            RoleArn::Own
        );
        assert_eq!(
            classify("arn:aws:iam::999988887777:role/reader"),
            RoleArn::Foreign
        );
        assert_eq!(classify(""), RoleArn::Foreign);
        for malformed in [
            "reader",
            "arn:aws:iam::111122223333:user/reader",
            "arn:aws:iam::1111:role/reader",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam:us-east-1:111122223333:role/reader",
            "arn:aws:sts::111122223333:role/reader",
        ] {
            assert_eq!(classify(malformed), RoleArn::Malformed, "{malformed}");
        }
    }
}
