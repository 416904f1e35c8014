//! Which member of a resource the service does not like.

/// Finds the part that is to blame for a refusal: parts are put together one
/// after the other, and the first with which the whole is refused in the same
/// words is the one. `None` if it is the bare resource already.
///
/// The service says what is wrong in a sentence, and not where; asking again
/// with less finds out, and costs nothing where nothing is wrong.
pub(super) fn part_to_blame<'a, T: Clone>(
    bare: T,
    parts: impl IntoIterator<Item = (&'a str, Box<dyn Fn(&mut T) + 'a>)>,
    refusal: &str,
    refuse: impl Fn(T) -> Option<String>,
) -> Option<String> {
    let mut whole = bare;
    if refuse(whole.clone()).as_deref() == Some(refusal) {
        return None;
    }
    for (name, add) in parts {
        add(&mut whole);
        if refuse(whole.clone()).as_deref() == Some(refusal) {
            return Some(name.to_owned());
        }
    }
    None
}
