//! Whether the signature of a request is the one of its access key.

use eks_emulator_protocol::sigv4::{CredentialError, Signature};

use super::{Incoming, refusal};
use crate::clock::machine_time;
use crate::world::Entered;

/// Checks the signature of a request. Callers sign at the machine's time: the
/// emulator's may stand still or be years away. But the AWS SDK for JavaScript
/// believes the `Date` of answers and signs at that time from then on, so a
/// signature of the emulator's time is as good.
///
/// `minutes` is how far their clock may be off.
///
/// Errors: the signature is not one that the service accepts.
pub(super) fn verify(
    service: &Entered<'_>,
    incoming: Incoming<'_>,
    minutes: i64,
) -> Result<(), CredentialError> {
    let signature = Signature::of_request(incoming.head)?;
    if let Err(error) = signature.check_time(machine_time(), minutes) {
        let shown = signature.check_time(service.clock.now(), minutes);
        shown.map_err(|_| error)?;
    }
    let access_key_id = &signature.credential().access_key_id;
    // Nobody waits for the lock while it is calculated.
    let secret = service
        .identity()
        .lock()
        .secret_access_key(access_key_id, signature.session_token())
        .map_err(refusal)?
        .to_owned();
    signature.check(incoming.body.unwrap_or_default(), &secret)
}
