//! Reading a document so that an error says where it is.

use serde::de::DeserializeOwned;

use super::StateError;

/// Reads state from JSON.
///
/// Errors: a sentence that begins with the place in the document.
pub fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, StateError> {
    let mut document = serde_json::Deserializer::from_str(json);
    let state = serde_path_to_error::deserialize(&mut document).map_err(|error| {
        let sentence = StateError::new(error.inner().to_string());
        match error.path().to_string().as_str() {
            "." => sentence,
            place => sentence.within(place),
        }
    })?;
    let ended = document.end();
    ended.map_err(|error| StateError::new(error.to_string()))?;
    Ok(state)
}
