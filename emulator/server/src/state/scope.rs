//! The part of the state that a call is about.

use eks_emulator_core::region::AccountRegion;

/// The part of the state that a call is about; what is `None` does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// An account's twelve digits.
    pub(crate) account_id: Option<String>,
    /// A region.
    pub(crate) region: Option<String>,
}

impl Scope {
    /// The part of an account and a region.
    ///
    /// Errors: a sentence if the account's id is not twelve digits, or the
    /// region has no name: both would look for what nobody has.
    pub(crate) fn new(account_id: Option<String>, region: Option<String>) -> Result<Self, String> {
        match account_id {
            Some(id) if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(format!("The account id {id:?} is not twelve digits."))
            }
            _ if region.as_deref() == Some("") => Err("The region is empty.".into()),
            account_id => Ok(Self { account_id, region }),
        }
    }

    /// Whether it is everything.
    pub(crate) fn is_everything(&self) -> bool {
        self.account_id.is_none() && self.region.is_none()
    }

    /// Whether what an account has in every region lies within: its identity.
    pub(crate) fn includes_account(&self, account_id: &str) -> bool {
        self.region.is_none() && self.includes_part(account_id, "")
    }

    /// Whether an account's part of a region lies within.
    pub(crate) fn includes(&self, home: &AccountRegion) -> bool {
        self.includes_part(&home.account_id, &home.region)
    }

    /// Whether an account's part of a region lies within.
    pub(crate) fn includes_part(&self, account_id: &str, region: &str) -> bool {
        let is_within =
            |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        is_within(&self.account_id, account_id) && is_within(&self.region, region)
    }
}
