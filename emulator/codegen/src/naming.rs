//! From the model's names to Rust's.

/// `addonName` → `addon_name`, with Rust's keywords escaped.
pub(crate) fn field(name: &str) -> String {
    let snake = snake_case(name);
    if snake == "type" {
        "r#type".into()
    } else {
        snake
    }
}

/// `CreateAddon` → `create_addon`.
pub(crate) fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, &character) in characters.iter().enumerate() {
        if character.is_uppercase() && index > 0 && starts_word(&characters, index) {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

/// Whether the upper-case letter at `index` begins a word: after a small
/// letter or digit, or as the last of a run of capitals.
fn starts_word(characters: &[char], index: usize) -> bool {
    let before = characters[index - 1];
    let next_is_small = characters
        .get(index + 1)
        .is_some_and(|next| next.is_lowercase());
    !before.is_uppercase() || next_is_small
}

/// `AddonStatus` → `ADDON_STATUS`.
pub(crate) fn constant(name: &str) -> String {
    snake_case(name).to_uppercase()
}

/// `configStatus` → `ConfigStatus`.
pub(crate) fn type_name(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// An enum value as a variant: `CREATE_FAILED` → `CreateFailed`,
/// `tier-xl` → `TierXl`, `AL2_x86_64` → `Al2X8664`.
pub(crate) fn variant(value: &str) -> String {
    let words = value.split(|character: char| !character.is_ascii_alphanumeric());
    words.map(variant_word).collect()
}

fn variant_word(word: &str) -> String {
    let has_small = word.chars().any(|character| character.is_ascii_lowercase());
    if has_small {
        type_name(word)
    } else {
        type_name(&word.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_rust_names() {
        assert_eq!(field("serviceIpv4Cidr"), "service_ipv4_cidr");
        assert_eq!(field("type"), "r#type");
        assert_eq!(snake_case("DescribeOIDCConfig"), "describe_oidc_config");
        assert_eq!(constant("labelKey"), "LABEL_KEY");
        assert_eq!(variant("CREATE_FAILED"), "CreateFailed");
        assert_eq!(variant("AL2_x86_64"), "Al2X8664");
        assert_eq!(
            variant("InsufficientNumberOfReplicas"),
            "InsufficientNumberOfReplicas"
        );
    }
}
