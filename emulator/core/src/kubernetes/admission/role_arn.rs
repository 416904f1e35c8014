//! Whether a text looks like the ARN of a role; the webhook warns if it does not.

use crate::arn::is_account_id;

/// `arn:aws…:iam::<twelve digits>:role/<path and name>`.
pub(super) fn is_well_formed(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (arn, partition, service) = (next(), next(), next());
    let (region, account, resource) = (next(), next(), next());
    arn == "arn"
        && partition.strip_prefix("aws").is_some_and(is_partition_rest)
        && (service, region) == ("iam", "")
        && is_account_id(account)
        && resource.strip_prefix("role/").is_some_and(is_role_name)
}

fn is_partition_rest(rest: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    rest.bytes().all(allowed)
}

fn is_role_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-/.@+=,".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}
