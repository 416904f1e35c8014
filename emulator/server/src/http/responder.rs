//! From what an operation returned to the HTTP answer.

use eks_emulator_api::Respond;
use eks_emulator_api::schema::{Exception, Operation};
use eks_emulator_protocol::rest_json1::{self, Envelope};
use http::Response;
use serde::Serialize;
use serde_json::json;

use crate::eks::Failure;

/// What a call came to, for the log.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    pub(crate) request_id: String,
    pub(crate) operation: Option<&'static str>,
    pub(crate) cluster_name: Option<String>,
    pub(crate) status: u16,
    pub(crate) error_code: Option<&'static str>,
}

/// Writes the answer to a call.
pub(crate) struct Responder<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) envelope: &'a Envelope<'a>,
    pub(crate) answered: &'a mut Answered,
}

/// An error of EKS or EKS Auth.
pub(crate) trait Modelled: Serialize {
    /// Its row in the tables.
    fn row(&self) -> &'static Exception;
}

impl Modelled for eks_emulator_api::eks::Error {
    fn row(&self) -> &'static Exception {
        self.exception().row()
    }
}

impl Modelled for eks_emulator_api::eks_auth::Error {
    fn row(&self) -> &'static Exception {
        self.exception().row()
    }
}

impl<Error: Modelled> Respond<Failure<Error>> for Responder<'_> {
    type Answer = Response<Vec<u8>>;

    fn answer<Output: Serialize>(self, result: Result<Output, Failure<Error>>) -> Self::Answer {
        match result {
            Ok(output) => rest_json1::write_output(self.operation, &output, self.envelope),
            Err(Failure::Service(error)) => {
                let row = error.row();
                self.answered.error_code = Some(row.name);
                rest_json1::write_error(row, &error, self.envelope)
            }
            Err(Failure::NotBuilt) => {
                let message = format!("The emulator does not have {} yet.", self.operation.name);
                self.own(501, "NotImplementedException", &message)
            }
        }
    }

    fn undecodable(self, error: serde_json::Error) -> Self::Answer {
        let operation = self.operation.name;
        let request_id = self.envelope.request_id;
        tracing::error!(operation, request_id, %error, "a valid document does not decode");
        self.own(500, "ServerException", "Internal server error.")
    }
}

impl Responder<'_> {
    fn own(self, status: u16, code: &'static str, message: &str) -> Response<Vec<u8>> {
        self.answered.error_code = Some(code);
        let body = json!({ "message": message });
        rest_json1::write_unmodelled_error(status, code, &body, self.envelope)
    }
}
