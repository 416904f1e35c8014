//! Names as RFC 1123 has them and Kubernetes reads it.

/// Whether a text is a label.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_label_of_any_length(text)
}

/// Whether a text is a subdomain: labels between dots. Kubernetes does not
/// limit the length of each.
pub(crate) fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label_of_any_length)
}

fn is_label_of_any_length(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let edges_are_fine = !text.starts_with('-') && !text.ends_with('-');
    !text.is_empty() && edges_are_fine && text.bytes().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_rfc_1123() {
        for fine in ["a", "kube-system", "0a", &"a".repeat(63)] {
            assert!(is_label(fine), "{fine}");
        }
        for wrong in ["", "-a", "a-", "A", "a_b", "a.b", &"a".repeat(64)] {
            assert!(!is_label(wrong), "{wrong}");
        }
    }

    #[test]
    fn subdomains_are_labels_between_dots() {
        for fine in ["a", "a.b-c.0", &"a".repeat(64), &"a".repeat(253)] {
            assert!(is_subdomain(fine), "{fine}");
        }
        for wrong in ["", ".", "a.", ".a", "a..b", "a.-b", "A.b", &"a".repeat(254)] {
            assert!(!is_subdomain(wrong), "{wrong}");
        }
    }
}
