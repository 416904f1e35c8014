//! Numbers of many bits as hex digits: what reads and writes JSON on the way
//! often keeps 53 bits of a number only.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// A number that is written as hex digits.
pub(crate) trait Hex: Sized {
    /// All its digits.
    fn digits(&self) -> String;

    /// Reads what [`Hex::digits`] wrote.
    fn parse(digits: &str) -> Option<Self>;
}

impl Hex for u64 {
    fn digits(&self) -> String {
        format!("{self:016x}")
    }

    fn parse(digits: &str) -> Option<Self> {
        let digits = checked(digits, 16)?;
        Self::from_str_radix(digits, 16).ok()
    }
}

impl Hex for u128 {
    fn digits(&self) -> String {
        format!("{self:032x}")
    }

    fn parse(digits: &str) -> Option<Self> {
        let digits = checked(digits, 32)?;
        Self::from_str_radix(digits, 16).ok()
    }
}

impl Hex for [u8; 32] {
    fn digits(&self) -> String {
        self.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn parse(digits: &str) -> Option<Self> {
        let digits = checked(digits, 64)?;
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = &digits[2 * index..2 * index + 2];
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(bytes)
    }
}

/// Signs, capitals and other lengths are nobody's writing.
fn checked(digits: &str, count: usize) -> Option<&str> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (digits.len() == count && digits.bytes().all(is_digit)).then_some(digits)
}

pub(crate) fn serialize<T: Hex, S: Serializer>(
    number: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&number.digits())
}

pub(crate) fn deserialize<'de, T: Hex, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let digits = String::deserialize(deserializer)?;
    let count = 2 * size_of::<T>();
    T::parse(&digits)
        .ok_or_else(|| D::Error::custom(format!("{digits:?} is not {count} lower-case hex digits")))
}
