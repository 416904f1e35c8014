//! Unique ids of IAM: a prefix for the kind and 17 of `[A-Z0-9]`.

/// What an id begins with.
///
/// Source: IAM user guide, "IAM identifiers".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    /// A role.
    Role,
    /// A managed policy.
    Policy,
}

/// The id that `bits` give.
pub(super) fn unique_id(prefix: Prefix, bits: u128) -> String {
    const DIGITS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut id = String::from(match prefix {
        Prefix::Role => "AROA",
        Prefix::Policy => "ANPA",
    });
    let mut rest = bits;
    for _ in 0..17 {
        id.push(char::from(DIGITS[(rest % 36) as usize]));
        rest /= 36;
    }
    id
}
