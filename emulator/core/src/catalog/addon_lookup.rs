//! Finding add-ons by name.

use super::addon::Addon;
use super::generated::addons::ADDONS;

/// Every add-on, in ascending order of name.
pub fn addons() -> &'static [Addon] {
    &ADDONS
}

/// The add-on called `name`, in whatever case it is written.
///
/// Source: eksctl, which lower-cases names because the service does not
/// distinguish them by case.
pub fn addon(name: &str) -> Option<&'static Addon> {
    let wanted = || name.bytes().map(|byte| byte.to_ascii_lowercase());
    let place = ADDONS.binary_search_by(|addon| addon.name.bytes().cmp(wanted()));
    place.ok().map(|index| &ADDONS[index])
}
