//! JSON text laid out as Jackson's default pretty printer lays it out.
//!
//! The bodies of the real service look like that: objects over several lines
//! with ` : ` after the name, arrays on one line, numbers with a fraction as
//! Java prints a `double`. Source: a raw body in
//! aws-ia/terraform-aws-eks-blueprints-addons, issue 335.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// A body of an ordinary answer fits without growing; `DescribeCluster`, the
/// longest of them, has some 3 KB.
const BODY_CAPACITY: usize = 4096;

/// What stands before a member, copied from here in one piece: a comma unless
/// it is the first, a line break, and indentation, of which more may follow.
const LINE_START: &[u8; 66] =
    b",\n                                                                ";

/// Serializes an API structure.
///
/// Panics if the value has map keys that are neither strings nor numbers or
/// fails to serialize by itself; structures of the API do neither.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut body = Vec::with_capacity(BODY_CAPACITY);
    value
        .serialize(&mut Serializer::with_formatter(
            &mut body,
            JacksonFormatter::default(),
        ))
        .expect("API structures have string keys, and a Vec takes any number of bytes");
    body
}

/// Prints JSON as Jackson's `DefaultPrettyPrinter` does.
#[derive(Clone, Debug, Default)]
pub struct JacksonFormatter {
    /// How many objects are open; arrays do not indent.
    depth: usize,
    /// Whether the innermost open object or array has an entry so far.
    has_entries: bool,
}

impl Formatter for JacksonFormatter {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write_double(writer, value)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.has_entries = false;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b" ]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b" " } else { b", " })
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_entries = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.has_entries = false;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.has_entries {
            self.start_line(writer, 1)?;
        } else {
            writer.write_all(b" ")?;
        }
        writer.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.start_line(writer, usize::from(first))
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b" : ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_entries = true;
        Ok(())
    }
}

impl JacksonFormatter {
    /// Writes the start of a line without the first `skipped` bytes.
    fn start_line<W: ?Sized + Write>(&self, writer: &mut W, skipped: usize) -> io::Result<()> {
        let end = 2 + self.depth * 2;
        writer.write_all(&LINE_START[skipped..end.min(LINE_START.len())])?;
        for _ in LINE_START.len()..end {
            writer.write_all(b" ")?;
        }
        Ok(())
    }
}

/// Writes a number as Java's `Double.toString` does: plainly between a
/// thousandth and ten million, otherwise with an exponent, and always with a
/// digit after the point.
fn write_double<W: ?Sized + Write>(writer: &mut W, value: f64) -> io::Result<()> {
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return write!(writer, "{value:?}");
    }
    // Sign, 17 digits, point, `e` and a signed exponent of three digits fit.
    let mut text = [0; 32];
    let mut unused = &mut text[..];
    write!(unused, "{value:e}")?;
    let length = 32 - unused.len();
    let text = &text[..length];
    let exponent_at = text.iter().position(|byte| *byte == b'e').unwrap_or(length);
    let (mantissa, exponent) = text.split_at(exponent_at);
    writer.write_all(mantissa)?;
    if !mantissa.contains(&b'.') {
        writer.write_all(b".0")?;
    }
    writer.write_all(b"E")?;
    writer.write_all(exponent.get(1..).unwrap_or(b"0"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(value: &Value, expected: &str) {
        assert_eq!(String::from_utf8(to_vec(value)).unwrap(), expected);
    }

    #[test]
    fn numbers_with_a_fraction_look_like_java() {
        check(&json!(1703780359.717), "1.703780359717E9");
        check(&json!(1700000000.0), "1.7E9");
        check(&json!(-12345678.5), "-1.23456785E7");
        check(&json!(10000000.0), "1.0E7");
        check(&json!(9999999.5), "9999999.5");
        check(&json!(100.0), "100.0");
        check(&json!(0.001), "0.001");
        check(&json!(0.0005), "5.0E-4");
        check(&json!(0.0), "0.0");
        check(&json!(f64::MAX), "1.7976931348623157E308");
        check(&json!(f64::MIN_POSITIVE), "2.2250738585072014E-308");
        check(&json!(f64::NAN), "null");
    }

    #[test]
    fn whole_numbers_and_words_are_plain() {
        check(&json!(1700000000), "1700000000");
        check(&json!(null), "null");
        check(&json!("a\"\n"), r#""a\"\n""#);
    }

    #[test]
    fn empty_containers_have_a_space_inside() {
        check(&json!({}), "{ }");
        check(&json!([]), "[ ]");
        check(&json!([[], {}]), "[ [ ], { } ]");
    }

    #[test]
    fn objects_break_lines_and_arrays_do_not() {
        check(
            &json!({"a": {"b": [{"c": 1, "d": {}}, {"e": ["x", "y"]}], "f": []}}),
            "{\n  \"a\" : {\n    \"b\" : [ {\n      \"c\" : 1,\n      \"d\" : { }\n    }, {\n      \
             \"e\" : [ \"x\", \"y\" ]\n    } ],\n    \"f\" : [ ]\n  }\n}",
        );
    }
}
