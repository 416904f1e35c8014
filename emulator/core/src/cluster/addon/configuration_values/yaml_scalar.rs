//! The type of a YAML scalar: null, boolean, integer, float or text (YAML 1.1).
//!
//! The patterns are those of the YAML 1.1 type repository as SnakeYAML applies
//! them, without the sexagesimal numbers (`190:20:30` stays text) and the dates.

use serde_json::{Number, Value};

/// What a scalar turns out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Resolved {
    /// Keep the text as a string.
    Text,
    /// A null, boolean or number.
    Value(Value),
    /// A number by its form, but none that JSON can express.
    NotANumber,
}

/// A scalar without quotes and without a tag.
pub(super) fn plain(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Value(Value::Null),
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Value(Value::Bool(true))
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Value(Value::Bool(false))
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
        | ".nan" | ".NaN" | ".NAN" => Resolved::NotANumber,
        _ => number(text),
    }
}

/// A scalar with a tag of the core schema, such as `!!int`.
pub(super) fn tagged(text: &str, kind: &str) -> Resolved {
    match (kind, plain(text)) {
        ("null", _) => Resolved::Value(Value::Null),
        ("bool", resolved @ Resolved::Value(Value::Bool(_))) => resolved,
        ("int", resolved @ Resolved::Value(Value::Number(_))) => resolved,
        ("float", Resolved::Value(Value::Number(number))) => {
            float(number.as_f64().unwrap_or(f64::NAN))
        }
        ("int" | "float", _) => Resolved::NotANumber,
        _ => Resolved::Text,
    }
}

fn number(text: &str) -> Resolved {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        Some(b'0'..=b'9' | b'.') => (false, text),
        _ => return Resolved::Text,
    };
    if let Some((radix, digits)) = integer_form(digits) {
        return integer(negative, radix, &digits.replace('_', ""));
    }
    if is_float_form(digits) {
        let digits = digits.replace('_', "");
        let magnitude = digits.parse::<f64>().unwrap_or(f64::NAN);
        return float(if negative { -magnitude } else { magnitude });
    }
    Resolved::Text
}

/// Radix and digits, if the text after the sign has the form of an integer.
fn integer_form(text: &str) -> Option<(u32, &str)> {
    let all = |digits: &str, allowed: fn(&u8) -> bool| {
        digits.bytes().all(|byte| byte == b'_' || allowed(&byte))
            && digits.bytes().any(|byte| byte != b'_')
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit).then_some((16, digits));
    }
    if let Some(digits) = text.strip_prefix("0b") {
        return all(digits, |byte| matches!(byte, b'0' | b'1')).then_some((2, digits));
    }
    if text == "0" {
        return Some((10, text));
    }
    if let Some(digits) = text.strip_prefix('0') {
        return all(digits, |byte| matches!(byte, b'0'..=b'7')).then_some((8, digits));
    }
    let starts_with_digit = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit());
    (starts_with_digit && all(text, u8::is_ascii_digit)).then_some((10, text))
}

fn integer(negative: bool, radix: u32, digits: &str) -> Resolved {
    match i128::from_str_radix(digits, radix) {
        Ok(magnitude) => {
            let value = if negative { -magnitude } else { magnitude };
            Number::from_i128(value).map_or_else(
                || float(value as f64),
                |number| Resolved::Value(Value::Number(number)),
            )
        }
        // Longer than 128 bits: only a decimal can still be read, as a float.
        Err(_) if radix == 10 => {
            let magnitude = digits.parse::<f64>().unwrap_or(f64::NAN);
            float(if negative { -magnitude } else { magnitude })
        }
        Err(_) => Resolved::NotANumber,
    }
}

/// `digits.digits`, `.digits` or an exponent; the point or the exponent must be there.
fn is_float_form(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let digits = |part: &str| {
        part.bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_digit())
    };
    let starts_with_digit = |part: &str| {
        part.bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_digit())
    };
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => starts_with_digit(fraction) && digits(fraction),
        Some((whole, fraction)) => starts_with_digit(whole) && digits(whole) && digits(fraction),
        None => exponent.is_some() && starts_with_digit(mantissa) && digits(mantissa),
    };
    exponent_fits && mantissa_fits
}

fn float(value: f64) -> Resolved {
    Number::from_f64(value).map_or(Resolved::NotANumber, |number| {
        Resolved::Value(Value::Number(number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("Null", json!(null)),
            ("yes", json!(true)),
            ("Off", json!(false)),
            ("TRUE", json!(true)),
            ("12", json!(12)),
            ("+12", json!(12)),
            ("-12", json!(-12)),
            ("-0", json!(0)),
            ("0x1F", json!(31)),
            ("0b11", json!(3)),
            ("017", json!(15)),
            ("-017", json!(-15)),
            ("0_7", json!(7)),
            ("1_000", json!(1000)),
            ("1__0", json!(10)),
            (
                "18446744073709551615",
                json!(18_446_744_073_709_551_615_u64),
            ),
            ("1.5", json!(1.5)),
            ("-1.5", json!(-1.5)),
            ("5.", json!(5.0)),
            (".5", json!(0.5)),
            ("+.5", json!(0.5)),
            ("1_0.5", json!(10.5)),
            ("1e3", json!(1000.0)),
            ("1.e3", json!(1000.0)),
            ("1.5e+3", json!(1500.0)),
        ] {
            assert_eq!(plain(text), Resolved::Value(value), "{text:?}");
        }
    }

    #[test]
    fn texts() {
        for text in [
            "y",
            "n",
            "tRue",
            "0o17",
            "08",
            "0x",
            "0b",
            "0b2",
            "_1",
            "1.2.3",
            "190:20:30",
            "2001-01-01",
            "<<",
            "=",
            "-",
            "+",
            ".",
            "e3",
            "1e",
            "1e+",
            "100m",
            "10%",
            "é",
            "-é",
            "1,000",
            "._1",
        ] {
            assert_eq!(plain(text), Resolved::Text, "{text:?}");
        }
    }

    #[test]
    fn not_numbers() {
        for text in [".inf", "-.INF", ".NaN", "1e400", "-1e400"] {
            assert_eq!(plain(text), Resolved::NotANumber, "{text:?}");
        }
        let hexadecimal = format!("0x{}", "F".repeat(40));
        assert_eq!(plain(&hexadecimal), Resolved::NotANumber);
    }

    #[test]
    fn tags() {
        assert_eq!(tagged("12", "str"), Resolved::Text);
        assert_eq!(tagged("12", "int"), Resolved::Value(json!(12)));
        assert_eq!(tagged("1", "float"), Resolved::Value(json!(1.0)));
        assert_eq!(tagged("x", "int"), Resolved::NotANumber);
        assert_eq!(tagged("x", "bool"), Resolved::Text);
    }
}
