//! The types that the generated tables are made of.
//!
//! A table describes an operation or a shape of a service model without any
//! code: the protocol layer interprets it. Rows are built by `const fn`s so
//! that a member is one line.

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// The operation's name, for example `CreateAddon`.
    pub name: &'static str,
    /// The HTTP method, upper case.
    pub method: &'static str,
    /// The request path with `{label}` segments; a label is one segment.
    pub uri: &'static str,
    /// The HTTP status of a successful answer.
    pub status: u16,
    /// The structure that the request is bound to.
    pub input: &'static Shape,
    /// The structure that the answer is made from.
    pub output: &'static Shape,
    /// The exceptions that the model lists for the operation.
    pub errors: &'static [&'static Exception],
    /// In XML answers, the element around the output's members; absent if the
    /// operation answers with nothing, and in protocols without XML.
    pub result_wrapper: Option<&'static str>,
    /// Whether callers need not sign the request.
    pub unsigned: bool,
}

/// A service of the query protocol: parameters in, XML out.
#[derive(Debug)]
pub struct QueryService {
    /// The version that requests have to name, a date.
    pub version: &'static str,
    /// The XML namespace of the answers.
    pub namespace: &'static str,
    /// Its operations.
    pub operations: &'static [&'static Operation],
}

/// One modelled exception.
#[derive(Debug)]
pub struct Exception {
    /// The exception's name, for example `ResourceNotFoundException`.
    pub name: &'static str,
    /// The error code that clients see, for example `NoSuchEntity`; in most
    /// services the exception's name.
    pub code: &'static str,
    /// The HTTP status that carries it.
    pub status: u16,
    /// The structure of its body.
    pub shape: &'static Shape,
}

/// A named shape of the model.
#[derive(Debug)]
pub struct Shape {
    /// The shape's name in the model, for example `ClusterName`.
    pub name: &'static str,
    /// What values of the shape look like.
    pub kind: Kind,
    /// Whether its values must not be shown.
    pub sensitive: bool,
}

/// What values of a shape look like, with the model's constraints.
#[derive(Debug)]
pub enum Kind {
    /// An object with known members.
    Structure(&'static [Member]),
    /// An array.
    List {
        /// The shape of each element.
        member: &'static Shape,
        /// The number of elements allowed.
        length: Range,
    },
    /// An object with free keys.
    Map {
        /// The shape of each key; always a string shape.
        key: &'static Shape,
        /// The shape of each value.
        value: &'static Shape,
        /// The number of entries allowed.
        length: Range,
    },
    /// A string.
    String {
        /// The length allowed, in characters.
        length: Range,
        /// The regular expression that the whole value has to match.
        pattern: Option<&'static str>,
    },
    /// A string out of a closed set, in the model's order.
    Enum(&'static [&'static str]),
    /// A whole number.
    Integer {
        /// The values allowed.
        range: Range,
    },
    /// A truth value.
    Boolean,
    /// A point in time, in documents a number of seconds since the epoch.
    Timestamp,
}

/// Inclusive bounds; `None` is unbounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The smallest value allowed.
    pub min: Option<i64>,
    /// The largest value allowed.
    pub max: Option<i64>,
}

/// A range without bounds.
pub const UNBOUNDED: Range = Range {
    min: None,
    max: None,
};

/// A range with a smallest and a largest value.
pub const fn between(min: i64, max: i64) -> Range {
    Range {
        min: Some(min),
        max: Some(max),
    }
}

/// A range with a smallest value only.
pub const fn at_least(min: i64) -> Range {
    Range {
        min: Some(min),
        max: None,
    }
}

/// A range with a largest value only.
pub const fn at_most(max: i64) -> Range {
    Range {
        min: None,
        max: Some(max),
    }
}

/// One member of a structure.
#[derive(Debug)]
pub struct Member {
    /// The member's name in the model, in JSON bodies, parameters and XML.
    pub name: &'static str,
    /// The shape of its value.
    pub shape: &'static Shape,
    /// Whether the model requires it.
    pub required: bool,
    /// Where the member travels in a request.
    pub location: Location,
    /// Whether clients fill it with a random token when the caller does not.
    pub idempotency_token: bool,
}

/// Where a member travels in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the body, under the member's own name.
    Body,
    /// In the path, in the segment of this label.
    Label(&'static str),
    /// In the query string, under this name; lists repeat it.
    Query(&'static str),
}

/// A member of the body that may be left out.
pub const fn member(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        shape,
        required: false,
        location: Location::Body,
        idempotency_token: false,
    }
}

impl Member {
    /// The same member, required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same member, bound to a path label.
    pub const fn label(mut self, name: &'static str) -> Self {
        self.location = Location::Label(name);
        self
    }

    /// The same member, bound to a query parameter.
    pub const fn query(mut self, name: &'static str) -> Self {
        self.location = Location::Query(name);
        self
    }

    /// The same member, filled by clients with a random token.
    pub const fn idempotency_token(mut self) -> Self {
        self.idempotency_token = true;
        self
    }
}

const fn shape(name: &'static str, kind: Kind) -> Shape {
    Shape {
        name,
        kind,
        sensitive: false,
    }
}

impl Shape {
    /// The same shape, with values that must not be shown.
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The members, if this is a structure; otherwise none.
    pub fn members(&self) -> &'static [Member] {
        match self.kind {
            Kind::Structure(members) => members,
            _ => &[],
        }
    }
}

/// The output of an operation that answers with nothing.
pub static NOTHING: Shape = structure("Nothing", &[]);

/// A row: an exception whose code is its name.
pub const fn exception(name: &'static str, status: u16, shape: &'static Shape) -> Exception {
    Exception {
        name,
        code: name,
        status,
        shape,
    }
}

impl Exception {
    /// The same exception, with a code that is not its name.
    pub const fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }
}

/// A row: a structure and its members.
pub const fn structure(name: &'static str, members: &'static [Member]) -> Shape {
    shape(name, Kind::Structure(members))
}

/// A row: a list of `member`s.
pub const fn list(name: &'static str, member: &'static Shape, length: Range) -> Shape {
    shape(name, Kind::List { member, length })
}

/// A row: a map from `key` to `value`.
pub const fn map(
    name: &'static str,
    key: &'static Shape,
    value: &'static Shape,
    length: Range,
) -> Shape {
    shape(name, Kind::Map { key, value, length })
}

/// A row: a string.
pub const fn string(name: &'static str, length: Range, pattern: Option<&'static str>) -> Shape {
    shape(name, Kind::String { length, pattern })
}

/// A row: a string out of `values`.
pub const fn enumeration(name: &'static str, values: &'static [&'static str]) -> Shape {
    shape(name, Kind::Enum(values))
}

/// A row: a whole number.
pub const fn integer(name: &'static str, range: Range) -> Shape {
    shape(name, Kind::Integer { range })
}

/// A row: a truth value.
pub const fn boolean(name: &'static str) -> Shape {
    shape(name, Kind::Boolean)
}

/// A row: a point in time.
pub const fn timestamp(name: &'static str) -> Shape {
    shape(name, Kind::Timestamp)
}
