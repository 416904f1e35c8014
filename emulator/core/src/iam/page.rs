//! Pages of IAM's listings: `Marker`, `MaxItems`, `IsTruncated`.

use eks_emulator_api::iam::Error;

use super::error;
use crate::ids::fold;
use crate::page::Page;

/// What a caller says about the page: the marker and the size.
pub(super) type Asked<'a> = (Option<&'a str>, Option<i32>);

/// One page of a listing.
#[derive(Debug)]
pub(super) struct Listing<T> {
    /// The items of the page.
    pub(super) items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub(super) marker: Option<String>,
}

impl<T> Listing<T> {
    /// Cuts the page that was asked for out of `items`, which are put into the
    /// order of their keys. `scope` names the listing with its filters.
    ///
    /// Errors: a marker that this listing never gave out.
    pub(super) fn cut(
        scope: &str,
        (marker, max_items): Asked<'_>,
        items: impl Iterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<Self, Error> {
        let page =
            Page::new(scope, max_items, marker).map_err(|_refused| error::invalid_marker())?;
        let after = page.after().map(str::to_owned);
        let is_ahead = |key: &String| after.as_ref().is_none_or(|after| key > after);
        let mut items: Vec<(String, T)> = items
            .map(|item| (bounded(key(&item)), item))
            .filter(|(key, _)| is_ahead(key))
            .collect();
        items.sort_by(|one, other| one.0.cmp(&other.0));
        let (items, marker) = page.take(items.into_iter(), |(key, _)| key.clone());
        let items = items.into_iter().map(|(_, item)| item).collect();
        Ok(Self { items, marker })
    }

    /// Whether there is more.
    pub(super) fn is_truncated(&self) -> bool {
        self.marker.is_some()
    }
}

/// The longest key in a marker: the model ends markers at 320 characters.
const MAXIMUM_KEY_BYTES: usize = 200;

/// A key short enough for a marker; a long one is cut, and told from others
/// with the same beginning by its hash.
fn bounded(mut key: String) -> String {
    if key.len() <= MAXIMUM_KEY_BYTES {
        return key;
    }
    let hash = fold(&key);
    let mut end = MAXIMUM_KEY_BYTES;
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    key.truncate(end);
    format!("{key}\0{hash:016x}")
}
