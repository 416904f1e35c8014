//! Documents in JSON.
//!
//! `serde_json` reads them; since it says nowhere where a value stood, the
//! text is walked again, as far as it takes to find out.

use serde_json::Value;

use super::{MAX_DEPTH, Place, Places, Source, SourceError, at, pointer_to, repeated};
use crate::seed::mistake::Mistake;

pub(super) fn read(text: &str) -> Result<Source, SourceError> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let place = Place {
            line: error.line().max(1),
            column: error.column().max(1),
        };
        let sentence = error.to_string();
        let sentence = sentence
            .rsplit_once(" at line ")
            .map_or(&*sentence, |(is, _)| is);
        SourceError::malformed(at(place, "", sentence))
    })?;
    let mut walker = Walker {
        rest: text.chars(),
        peeked: None,
        place: Place { line: 1, column: 1 },
        places: Places::default(),
        mistakes: Vec::new(),
    };
    walker.peeked = walker.rest.next();
    walker.value("", 0);
    if walker.mistakes.is_empty() {
        let places = walker.places;
        return Ok(Source { value, places });
    }
    Err(walker.mistakes.into())
}

/// Walks over a text that is known to be JSON.
struct Walker<'a> {
    rest: std::str::Chars<'a>,
    peeked: Option<char>,
    place: Place,
    places: Places,
    mistakes: Vec<Mistake>,
}

impl Walker<'_> {
    fn next(&mut self) -> Option<char> {
        let character = std::mem::replace(&mut self.peeked, self.rest.next())?;
        match character {
            '\n' => {
                self.place.line += 1;
                self.place.column = 1;
            }
            _ => self.place.column += 1,
        }
        Some(character)
    }

    fn skip_space(&mut self) {
        while self
            .peeked
            .is_some_and(|character| character.is_ascii_whitespace())
        {
            self.next();
        }
    }

    /// Whether the next thing is `wanted`, which is taken.
    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        let is_it = self.peeked == Some(wanted);
        if is_it {
            self.next();
        }
        is_it
    }

    fn value(&mut self, pointer: &str, depth: usize) {
        self.skip_space();
        self.places.put_value(pointer, self.place);
        if depth > MAX_DEPTH {
            self.mistakes
                .push(at(self.place, pointer, "nested too deeply"));
            // The rest of the text cannot be found the way through any more.
            self.rest = "".chars();
            self.peeked = None;
            return;
        }
        match self.peeked {
            Some('{') => self.object(pointer, depth),
            Some('[') => self.array(pointer, depth),
            Some('"') => drop(self.string()),
            _ => {
                let ends = |character: char| matches!(character, ',' | ']' | '}');
                while self
                    .peeked
                    .is_some_and(|next| !ends(next) && !next.is_ascii_whitespace())
                {
                    self.next();
                }
            }
        }
    }

    fn object(&mut self, pointer: &str, depth: usize) {
        self.next();
        while self.peeked.is_some() && !self.take('}') {
            self.skip_space();
            let place = self.place;
            let member = pointer_to(pointer, &self.string());
            if !self.places.put_key(&member, place) {
                self.mistakes.push(repeated(place, &member));
            }
            self.take(':');
            self.value(&member, depth + 1);
            self.take(',');
        }
    }

    fn array(&mut self, pointer: &str, depth: usize) {
        self.next();
        let mut index = 0_usize;
        while self.peeked.is_some() && !self.take(']') {
            self.value(&pointer_to(pointer, &index.to_string()), depth + 1);
            self.take(',');
            index += 1;
        }
    }

    /// A string, with its escapes resolved.
    fn string(&mut self) -> String {
        let mut quoted = String::from(self.next().unwrap_or('"'));
        while let Some(character) = self.next() {
            quoted.push(character);
            match character {
                '"' => break,
                '\\' => quoted.extend(self.next()),
                _ => {}
            }
        }
        serde_json::from_str(&quoted).unwrap_or_default()
    }
}
