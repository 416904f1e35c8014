//! The first record of comma separated values, as Go's `encoding/csv` reads it.

/// The fields of the first record that is not an empty line.
///
/// None if there is no record or a quote stands where it may not; the webhook
/// then leaves no container out. Spaces belong to the fields.
pub(super) fn first_record(text: &str) -> Option<Vec<String>> {
    let text = text.replace("\r\n", "\n");
    let text = text.strip_suffix('\r').unwrap_or(&text);
    let mut lines = text.split_inclusive('\n');
    let mut rest = lines.find(|line| !without_end(line).is_empty())?;
    let mut fields = Vec::new();
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            None => plain_field(rest)?,
            Some(quoted) => quoted_field(quoted, &mut lines)?,
        };
        fields.push(field);
        match after {
            Some(after) => rest = after,
            None => return Some(fields),
        }
    }
}

/// A field and, if a comma follows, the line after it.
type Field<'a> = (String, Option<&'a str>);

fn plain_field(line: &str) -> Option<Field<'_>> {
    let (field, after) = match line.split_once(',') {
        Some((field, after)) => (field, Some(after)),
        None => (without_end(line), None),
    };
    (!field.contains('"')).then(|| (field.to_owned(), after))
}

/// A field behind its opening quote; it may go over several lines.
fn quoted_field<'a>(
    mut line: &'a str,
    lines: &mut impl Iterator<Item = &'a str>,
) -> Option<Field<'a>> {
    let mut field = String::new();
    loop {
        let Some((before, after)) = line.split_once('"') else {
            field.push_str(line);
            line = lines.next()?;
            continue;
        };
        field.push_str(before);
        if let Some(after) = after.strip_prefix('"') {
            field.push('"');
            line = after;
        } else if let Some(after) = after.strip_prefix(',') {
            return Some((field, Some(after)));
        } else {
            return without_end(after).is_empty().then_some((field, None));
        }
    }
}

fn without_end(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}
