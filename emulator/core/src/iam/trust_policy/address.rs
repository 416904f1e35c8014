//! IP addresses in conditions: ranges in CIDR notation.

use std::net::IpAddr;

/// The addresses of one family that share a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AddressRange {
    network: IpAddr,
    prefix_length: u32,
}

impl AddressRange {
    /// Reads `address/length`, or one address; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let network: IpAddr = address.parse().ok()?;
        let width = width_of(network);
        let prefix_length = length.map_or(Some(width), parse_length)?;
        (prefix_length <= width).then_some(Self {
            network,
            prefix_length,
        })
    }

    /// Whether `text` is an address of the range.
    pub(super) fn contains(&self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else {
            return false;
        };
        let width = width_of(self.network);
        if width != width_of(address) {
            return false;
        }
        // Shifting by the whole width would overflow; it means "any address".
        let free_bits = width - self.prefix_length;
        let shifted = |address| bits(address).checked_shr(free_bits).unwrap_or_default();
        shifted(address) == shifted(self.network)
    }
}

fn parse_length(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

fn width_of(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}
