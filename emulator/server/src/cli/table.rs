//! Answers for people: lines with columns.

use serde_json::Value;

/// Lines whose columns stand below each other.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// A table of objects: a heading for each column, and the member that it
/// shows.
pub(super) fn objects(objects: &Value, shown: &[(&str, &str)]) -> String {
    let heading = shown.iter().map(|(heading, _)| (*heading).to_owned());
    let row = |object: &Value| shown.iter().map(|(_, name)| cell(&object[*name])).collect();
    let rows = objects.as_array().into_iter().flatten().map(row);
    let rows: Vec<Vec<String>> = std::iter::once(heading.collect()).chain(rows).collect();
    columns(&rows)
}

/// The members of an object, a line for each.
pub(super) fn members(object: &Value) -> String {
    let members = object.as_object().into_iter().flatten();
    let rows: Vec<Vec<String>> = members
        .map(|(name, value)| vec![name.clone(), cell(value)])
        .collect();
    columns(&rows)
}

/// A value without the marks of JSON, on one line.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.replace(['\n', '\r'], " "),
        Value::Array(values) if values.is_empty() => "-".to_owned(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            let values: Vec<String> = values.iter().map(cell).collect();
            values.join(",")
        }
        other => other.to_string(),
    }
}
