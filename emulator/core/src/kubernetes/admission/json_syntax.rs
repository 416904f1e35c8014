//! What is wrong with a text that is not JSON, in the words of Go's `encoding/json`.

/// Go gives up on values that lie deeper.
const DEEPEST: usize = 10_000;

/// Checks that a text is one JSON value.
///
/// Errors: the message of Go's scanner. It looks at bytes, so a character
/// beyond ASCII is told by its first byte.
pub(super) fn check(text: &[u8]) -> Result<(), String> {
    let mut scanner = Scanner {
        state: State::BeginValue,
        open: Vec::new(),
    };
    for byte in text {
        scanner.step(*byte)?;
    }
    if scanner.is_at_end() {
        return Ok(());
    }
    // Go finds out about unfinished words and numbers by a space at the end.
    scanner.step(b' ')?;
    if scanner.is_at_end() {
        return Ok(());
    }
    Err("unexpected end of JSON input".to_owned())
}

struct Scanner {
    state: State,
    open: Vec<Parent>,
}

/// What the next byte belongs to.
#[derive(Clone, Copy)]
enum State {
    BeginValue,
    BeginValueOrEmpty,
    BeginKey,
    BeginKeyOrEmpty,
    EndValue,
    Text,
    Escape,
    /// Hexadecimal digits still to come.
    Unicode(u8),
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
    /// A word, and how much of it was read.
    Word(&'static str, usize),
}

/// What a value lies in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    ObjectKey,
    ObjectValue,
    Array,
}

impl Scanner {
    fn is_at_end(&self) -> bool {
        self.open.is_empty() && matches!(self.state, State::EndValue)
    }

    fn step(&mut self, byte: u8) -> Result<(), String> {
        match self.state {
            State::BeginValue
            | State::BeginValueOrEmpty
            | State::BeginKey
            | State::BeginKeyOrEmpty
            | State::EndValue
                if is_space(byte) =>
            {
                Ok(())
            }
            State::BeginValueOrEmpty if byte == b']' => self.close(),
            State::BeginValue | State::BeginValueOrEmpty => self.begin_value(byte),
            State::BeginKeyOrEmpty if byte == b'}' => self.close(),
            State::BeginKey | State::BeginKeyOrEmpty => match byte {
                b'"' => self.go_on(State::Text),
                _ => Err(invalid(byte, "looking for beginning of object key string")),
            },
            State::EndValue => self.end_value(byte),
            State::Text | State::Escape | State::Unicode(_) => self.text(byte),
            State::Word(word, read) => self.word(byte, word, read),
            State::Minus
            | State::Zero
            | State::Integer
            | State::Point
            | State::Fraction
            | State::Exponent
            | State::ExponentSign
            | State::ExponentDigits => self.number(byte),
        }
    }

    fn go_on(&mut self, state: State) -> Result<(), String> {
        self.state = state;
        Ok(())
    }

    fn begin_value(&mut self, byte: u8) -> Result<(), String> {
        match byte {
            b'{' => self.open(Parent::ObjectKey, State::BeginKeyOrEmpty),
            b'[' => self.open(Parent::Array, State::BeginValueOrEmpty),
            b'"' => self.go_on(State::Text),
            b'-' => self.go_on(State::Minus),
            b'0' => self.go_on(State::Zero),
            b'1'..=b'9' => self.go_on(State::Integer),
            b't' => self.go_on(State::Word("true", 1)),
            b'f' => self.go_on(State::Word("false", 1)),
            b'n' => self.go_on(State::Word("null", 1)),
            _ => Err(invalid(byte, "looking for beginning of value")),
        }
    }

    fn open(&mut self, parent: Parent, state: State) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err("exceeded max depth".to_owned());
        }
        self.open.push(parent);
        self.go_on(state)
    }

    fn close(&mut self) -> Result<(), String> {
        self.open.pop();
        self.go_on(State::EndValue)
    }

    /// Reads what follows a value that is complete.
    fn end_value(&mut self, byte: u8) -> Result<(), String> {
        self.state = State::EndValue;
        if is_space(byte) {
            return Ok(());
        }
        let Some(parent) = self.open.last_mut() else {
            return Err(invalid(byte, "after top-level value"));
        };
        match (*parent, byte) {
            (Parent::ObjectKey, b':') => {
                *parent = Parent::ObjectValue;
                self.go_on(State::BeginValue)
            }
            (Parent::ObjectValue, b',') => {
                *parent = Parent::ObjectKey;
                self.go_on(State::BeginKey)
            }
            (Parent::Array, b',') => self.go_on(State::BeginValue),
            (Parent::ObjectValue, b'}') | (Parent::Array, b']') => self.close(),
            (Parent::ObjectKey, _) => Err(invalid(byte, "after object key")),
            (Parent::ObjectValue, _) => Err(invalid(byte, "after object key:value pair")),
            (Parent::Array, _) => Err(invalid(byte, "after array element")),
        }
    }

    fn text(&mut self, byte: u8) -> Result<(), String> {
        match (self.state, byte) {
            (State::Escape, b'u') => self.go_on(State::Unicode(4)),
            (State::Escape, b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => {
                self.go_on(State::Text)
            }
            (State::Escape, _) => Err(invalid(byte, "in string escape code")),
            (State::Unicode(1), _) if byte.is_ascii_hexdigit() => self.go_on(State::Text),
            (State::Unicode(left), _) if byte.is_ascii_hexdigit() => {
                self.go_on(State::Unicode(left - 1))
            }
            (State::Unicode(_), _) => Err(invalid(byte, "in \\u hexadecimal character escape")),
            (_, b'"') => self.go_on(State::EndValue),
            (_, b'\\') => self.go_on(State::Escape),
            (_, 0..b' ') => Err(invalid(byte, "in string literal")),
            _ => Ok(()),
        }
    }

    fn number(&mut self, byte: u8) -> Result<(), String> {
        use State::{
            Exponent, ExponentDigits, ExponentSign, Fraction, Integer, Minus, Point, Zero,
        };
        match (self.state, byte) {
            (Minus, b'0') => self.go_on(Zero),
            (Minus, b'1'..=b'9') | (Integer, b'0'..=b'9') => self.go_on(Integer),
            (Minus, _) => Err(invalid(byte, "in numeric literal")),
            (Zero | Integer, b'.') => self.go_on(Point),
            (Point | Fraction, b'0'..=b'9') => self.go_on(Fraction),
            (Point, _) => Err(invalid(byte, "after decimal point in numeric literal")),
            (Zero | Integer | Fraction, b'e' | b'E') => self.go_on(Exponent),
            (Exponent, b'+' | b'-') => self.go_on(ExponentSign),
            (Exponent | ExponentSign | ExponentDigits, b'0'..=b'9') => self.go_on(ExponentDigits),
            (Exponent | ExponentSign, _) => Err(invalid(byte, "in exponent of numeric literal")),
            _ => self.end_value(byte),
        }
    }

    fn word(&mut self, byte: u8, word: &'static str, read: usize) -> Result<(), String> {
        match word.as_bytes().get(read) {
            Some(expected) if *expected == byte && read + 1 == word.len() => {
                self.go_on(State::EndValue)
            }
            Some(expected) if *expected == byte => self.go_on(State::Word(word, read + 1)),
            Some(expected) => {
                let expected = char::from(*expected);
                Err(invalid(
                    byte,
                    &format!("in literal {word} (expecting '{expected}')"),
                ))
            }
            None => self.end_value(byte),
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn invalid(byte: u8, context: &str) -> String {
    format!("invalid character {} {context}", quoted(byte))
}

/// A byte as Go writes the character of that number in a message.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".to_owned(),
        b'\\' => "'\\\\'".to_owned(),
        0x07 => "'\\a'".to_owned(),
        0x08 => "'\\b'".to_owned(),
        b'\t' => "'\\t'".to_owned(),
        b'\n' => "'\\n'".to_owned(),
        0x0b => "'\\v'".to_owned(),
        0x0c => "'\\f'".to_owned(),
        b'\r' => "'\\r'".to_owned(),
        0..b' ' | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        _ => format!("'{}'", char::from(byte)),
    }
}
