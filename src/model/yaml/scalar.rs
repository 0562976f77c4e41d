//! The core schema of YAML 1.2: what a plain scalar means.

use std::sync::Arc;

use super::Value;

/// Resolves a plain scalar by the core schema (YAML 1.2.2, chapter 10.3.2).
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        if let Some(number) = integer(text) {
            return Value::Int(number);
        }
        if let Some(number) = float(text) {
            return Value::Float(number);
        }
    }
    Value::String(Arc::from(text))
}

/// Resolves a scalar with a tag of the core schema, such as `!!str`.
pub(super) fn tagged(text: &str, suffix: Option<&str>, quoted: bool) -> Value {
    match suffix {
        Some("int" | "float" | "bool" | "null") => plain(text),
        Some(_) => Value::String(Arc::from(text)),
        None if quoted => Value::String(Arc::from(text)),
        None => plain(text),
    }
}

fn integer(text: &str) -> Option<i64> {
    let digits = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        plain.then(|| i64::from_str_radix(digits, radix).ok())?
    };
    if let Some(octal) = text.strip_prefix("0o") {
        return digits(octal, 8);
    }
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return digits(hexadecimal, 16);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let decimal = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| text.parse().ok())?
}

fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => return Some(f64::NEG_INFINITY),
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => return (text == unsigned).then_some(f64::NAN),
        _ => {}
    }
    // What Rust calls a number and YAML does not: `inf`, `nan`, `infinity`.
    let shaped = unsigned
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
        && unsigned.bytes().any(|byte| byte.is_ascii_digit());
    shaped.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, value) in [
            ("~", Value::Null),
            ("true", Value::Bool(true)),
            ("yes", Value::String("yes".into())),
            ("on", Value::String("on".into())),
            ("0o14", Value::Int(12)),
            ("0x1F", Value::Int(31)),
            ("010", Value::Int(10)),
            ("-7", Value::Int(-7)),
            ("1.30", Value::Float(1.3)),
            ("1e3", Value::Float(1000.0)),
            ("-.inf", Value::Float(f64::NEG_INFINITY)),
            ("10.0.0.1", Value::String("10.0.0.1".into())),
            ("1-2", Value::String("1-2".into())),
            ("0x", Value::String("0x".into())),
            ("inf", Value::String("inf".into())),
            ("-", Value::String("-".into())),
            ("99999999999999999999", Value::Float(1e20)),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }
}
