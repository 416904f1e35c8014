//! Pages of a listing.
//!
//! A token names the listing it belongs to and the last key that was given
//! out, so that it stays valid while items come and go: the next page begins
//! with the first key behind it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eks_emulator_api::eks::{Error, InvalidParameterException};

use crate::ids::fold;
use crate::proposed;

/// The size of a page when the caller names none; source: the service model.
const DEFAULT_SIZE: usize = 100;

/// The page of a listing that a caller asked for.
#[derive(Debug)]
pub(crate) struct Page {
    scope: u64,
    size: usize,
    after: Option<String>,
}

impl Page {
    /// The page that `max_results` and `next_token` ask for. `scope` names
    /// the listing with its filters: a token of another one is refused.
    ///
    /// Errors: `InvalidParameterException` for a token that this listing
    /// never gave out.
    pub(crate) fn new(
        scope: &str,
        max_results: Option<i32>,
        next_token: Option<&str>,
    ) -> Result<Self, Error> {
        let scope = fold(scope);
        let after = next_token.map(|token| decode(scope, token)).transpose()?;
        let size = max_results.and_then(|size| usize::try_from(size).ok());
        Ok(Self {
            scope,
            size: size.unwrap_or(DEFAULT_SIZE).max(1),
            after,
        })
    }

    /// The last key of the page before; the page begins behind it.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Takes the page from `items`, which begin behind [`Page::after`] in
    /// ascending order of `key`; gives also the token of the next page.
    pub(crate) fn take<T>(
        &self,
        items: impl Iterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let mut taken: Vec<T> = items.take(self.size + 1).collect();
        if taken.len() <= self.size {
            return (taken, None);
        }
        taken.truncate(self.size);
        let token = taken.last().map(|last| encode(self.scope, &key(last)));
        (taken, token)
    }
}

fn encode(scope: u64, key: &str) -> String {
    let mut bytes = scope.to_be_bytes().to_vec();
    bytes.extend_from_slice(&fold(key).to_be_bytes()[..4]);
    bytes.extend_from_slice(key.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(scope: u64, token: &str) -> Result<String, Error> {
    read_key(scope, token).ok_or_else(|| {
        InvalidParameterException {
            message: Some(proposed::INVALID_NEXT_TOKEN.into()),
            ..Default::default()
        }
        .into()
    })
}

fn read_key(scope: u64, token: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (of_scope, rest) = bytes.split_at_checked(8)?;
    let (check, key) = rest.split_at_checked(4)?;
    let key = std::str::from_utf8(key).ok()?;
    let genuine = of_scope == scope.to_be_bytes() && check == &fold(key).to_be_bytes()[..4];
    genuine.then(|| key.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(names: &[&str], token: Option<&str>) -> (Vec<String>, Option<String>) {
        let page = Page::new("names", Some(2), token).unwrap();
        let after = page.after().unwrap_or_default().to_owned();
        let rest = names
            .iter()
            .filter(|name| ***name > *after)
            .map(|name| (*name).to_owned());
        page.take(rest, Clone::clone)
    }

    #[test]
    fn tokens_survive_items_that_come_and_go() {
        let (first, token) = page(&["a", "b", "c", "d"], None);
        assert_eq!(first, ["a", "b"]);
        let (second, token) = page(&["a", "bb", "d"], token.as_deref());
        assert_eq!(second, ["bb", "d"]);
        assert_eq!(token, None);
    }

    #[test]
    fn foreign_and_broken_tokens_are_refused() {
        let (_, token) = page(&["a", "b", "c"], None);
        let token = token.unwrap();
        assert!(Page::new("names", None, Some(&token)).is_ok());
        for (scope, token) in [
            ("other", token.as_str()),
            ("names", "?"),
            ("names", "YQ"),
            ("names", ""),
        ] {
            let error = Page::new(scope, None, Some(token)).unwrap_err();
            assert_eq!(error.exception().row().name, "InvalidParameterException");
        }
    }
}
