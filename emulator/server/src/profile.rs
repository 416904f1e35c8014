//! Lifecycles as people write them.

use eks_emulator_core::lifecycle::Profile;

/// Reads `instant`, `realistic`, `manual` or `manual:READS`.
///
/// Errors: a sentence.
pub(crate) fn parse(text: &str) -> Result<Profile, String> {
    match (text, text.strip_prefix("manual:").map(str::parse)) {
        ("instant", _) => Ok(Profile::Instant),
        ("realistic", _) => Ok(Profile::Realistic { time_scale: 1.0 }),
        ("manual", _) => Ok(Profile::Manual { reads: None }),
        (_, Some(Ok(reads))) if reads > 0 => Ok(Profile::Manual { reads: Some(reads) }),
        _ => Err(format!(
            "{text} is none of instant, realistic, manual and manual:READS"
        )),
    }
}

/// What [`parse`] reads.
pub(crate) fn format(profile: Profile) -> String {
    match profile {
        Profile::Instant => "instant".into(),
        Profile::Realistic { .. } => "realistic".into(),
        Profile::Manual { reads: None } => "manual".into(),
        Profile::Manual { reads: Some(reads) } => format!("manual:{reads}"),
    }
}
