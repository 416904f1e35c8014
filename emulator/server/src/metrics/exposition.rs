//! The text format of Prometheus, version 0.0.4.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

/// The content type of the text.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4";

/// The labels of a sample: names and values, in order.
pub(super) type Labels = Vec<(&'static str, String)>;

/// A text in the making.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    text: String,
}

impl Exposition {
    /// A family of samples, in the order of their labels.
    pub(super) fn family<Value: Display>(
        &mut self,
        (name, kind): (&str, &str),
        help: &str,
        samples: BTreeMap<Labels, Value>,
    ) {
        self.head(name, kind, help);
        for (labels, value) in samples {
            self.sample(name, &labels, &value);
        }
    }

    /// What a family is called, what it is, and what it says.
    pub(super) fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One sample.
    pub(super) fn sample(&mut self, name: &str, labels: &Labels, value: &impl Display) {
        self.text.push_str(name);
        for (place, (name, value)) in labels.iter().enumerate() {
            self.text.push(if place == 0 { '{' } else { ',' });
            let _ = write!(self.text, "{name}=\"{}\"", escape(value));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{end} {value}");
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::Exposition;

    #[test]
    fn label_values_are_escaped() {
        let mut exposition = Exposition::default();
        exposition.head("a_total", "counter", "How many.");
        let labels = vec![("one", "a\"b\\c\nd".to_owned()), ("two", String::new())];
        exposition.sample("a_total", &labels, &1);
        exposition.sample("a_total", &Vec::new(), &0.5);
        assert_eq!(
            exposition.into_text(),
            "# HELP a_total How many.\n# TYPE a_total counter\na_total{one=\"a\\\"b\\\\c\\nd\",two=\"\"} 1\na_total 0.5\n"
        );
    }
}
