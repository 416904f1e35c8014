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
/// Secrets as parameters or at the top of a document, but good names for
/// something harmless inside of one, such as a tag. In lower case.
const SECRETS_ON_TOP: [&str; 3] = ["securitytoken", "signature", "token"];
/// Of this one, all but the access key is shown.
const CREDENTIAL: &str = "x-amz-credential";

/// The value of a parameter, as it is shown. Names of nested parameters have
/// dots in them.
pub(super) fn parameter<'a>(name: &str, value: Cow<'a, str>) -> Cow<'a, str> {
    let name = name.to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    if SECRETS_ON_TOP.contains(&last) || name.split('.').any(|part| SECRETS.contains(&part)) {
        return MARK.into();
    }
    if last == CREDENTIAL {
        let scope = value.split_once('/').map_or("", |(_, scope)| scope);
        return format!("{MARK}/{scope}").into();
    }
    value
}

/// Takes the secrets out of a document.
pub(super) fn document(document: &mut Value) {
    if let Value::Object(members) = document {
        for (name, value) in members.iter_mut() {
            if SECRETS_ON_TOP.contains(&name.to_ascii_lowercase().as_str()) {
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
