//! `errors.rs`: the exceptions, and the error that is any one of them.

use std::fmt::Write;

use crate::model::{ServiceModel, ShapeModel};
use crate::render::{exception_row_name, structures};

pub(super) fn render(model: &ServiceModel) -> String {
    let exceptions: Vec<(&String, &ShapeModel)> = model
        .shapes
        .iter()
        .filter(|(_, shape)| shape.exception)
        .collect();
    let mut text = String::from(
        "use serde::{Deserialize, Serialize};\n\nuse super::schema;\nuse crate::schema::Exception as Row;\n\n",
    );
    for (name, shape) in &exceptions {
        text.push_str(&structures::structure(model, name, shape));
    }
    text.push_str(&exception_enum(&exceptions));
    text.push_str(ERROR);
    for (name, _) in &exceptions {
        write!(
            text,
            "impl From<{name}> for Error {{\n    fn from(exception: {name}) -> Self {{\n        Self(Box::new(Exception::{name}(exception)))\n    }}\n}}\n\n"
        )
        .expect("writing to a string does not fail");
    }
    text
}

fn exception_enum(exceptions: &[(&String, &ShapeModel)]) -> String {
    let variants = rows(exceptions, |name| format!("    {name}({name}),\n"));
    let table = rows(exceptions, |name| {
        format!(
            "            Self::{name}(_) => &schema::{},\n",
            exception_row_name(name)
        )
    });
    let messages = rows(exceptions, |name| {
        format!("            Self::{name}(exception) => exception.message.as_deref(),\n")
    });
    format!(
        "/// Any exception of the service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Exception {{
{variants}}}

impl Exception {{
    /// The exception's row in the tables: name, status, members.
    pub fn row(&self) -> &'static Row {{
        match self {{
{table}        }}
    }}

    /// The message for people.
    pub fn message(&self) -> Option<&str> {{
        match self {{
{messages}        }}
    }}
}}

"
    )
}

fn rows(exceptions: &[(&String, &ShapeModel)], row: impl Fn(&str) -> String) -> String {
    exceptions.iter().map(|(name, _)| row(name)).collect()
}

const ERROR: &str = "/// An exception of the service, boxed so that results stay small.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Error(Box<Exception>);

impl Error {
    /// The exception inside.
    pub fn exception(&self) -> &Exception {
        &self.0
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, \"{}: {}\", self.0.row().name, self.0.message().unwrap_or_default())
    }
}

impl std::error::Error for Error {}

";
