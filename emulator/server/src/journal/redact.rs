//! What is not shown of a call: whoever reads the journal cannot be somebody
//! else with it.

use std::borrow::Cow;

use serde_json::Value;

/// What stands in the place of a secret.
pub(super) const MARK: &str = "[redacted]";

/// Names of secrets wherever they are, in lower case.
const SECRETS: [&str; 9] = [
    "authorization",
    "contextassertion",
    "samlassertion",
    "secretaccesskey",
    "sessiontoken",
    "tokencode",
    "webidentitytoken",
    "x-amz-security-token",
    "x-amz-signature",
];
/// A secret as a parameter or at the top of a document, but a good name for
/// something harmless inside of one, such as a tag.
const SECRET_ON_TOP: &str = "token";
/// Of this one, all but the access key is shown.
const CREDENTIAL: &str = "x-amz-credential";

/// The value of a parameter, as it is shown. Names of nested parameters have
/// dots in them.
pub(super) fn parameter<'a>(name: &str, value: Cow<'a, str>) -> Cow<'a, str> {
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    if name == SECRET_ON_TOP || SECRETS.contains(&name.as_str()) {
        return MARK.into();
    }
    if name == CREDENTIAL {
        let scope = value.split_once('/').map_or("", |(_, scope)| scope);
        return format!("{MARK}/{scope}").into();
    }
    value
}

/// Takes the secrets out of a document.
pub(super) fn document(document: &mut Value) {
    if let Value::Object(members) = document {
        for (name, value) in members.iter_mut() {
            if name.eq_ignore_ascii_case(SECRET_ON_TOP) {
                *value = MARK.into();
            }
        }
    }
    everywhere(document);
}

fn everywhere(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                if SECRETS.contains(&name.to_ascii_lowercase().as_str()) {
                    *value = MARK.into();
                } else {
                    everywhere(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(everywhere),
        _ => {}
    }
}
