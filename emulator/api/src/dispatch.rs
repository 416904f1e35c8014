//! The seam between a generated dispatch and whoever writes the answer.

use serde::Serialize;

/// Turns what an operation returned into an answer.
///
/// The generated `dispatch` functions are generic over this trait, so that
/// the API layer knows neither HTTP nor any service's own failures.
pub trait Respond<Failure> {
    /// What is handed back to the caller of `dispatch`.
    type Answer;

    /// The operation returned `result`.
    fn answer<Output: Serialize>(self, result: Result<Output, Failure>) -> Self::Answer;

    /// The document does not decode to the operation's input, although it
    /// should have been validated before: a defect of the emulator.
    fn undecodable(self, error: serde_json::Error) -> Self::Answer;
}
