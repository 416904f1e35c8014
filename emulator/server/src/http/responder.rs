//! From what an operation returned to the HTTP answer.

use std::borrow::Cow;
use std::sync::Arc;

use eks_emulator_api::Respond;
use eks_emulator_api::schema::{Exception, Operation};
use eks_emulator_core::region::AccountRegion;
use eks_emulator_protocol::rest_json1::{self, Envelope};
use http::Response;
use serde::Serialize;
use serde_json::json;

use crate::eks::Failure;
use crate::front::fault::{Fate, Left};

/// The status of a call that was not answered.
pub(crate) const NO_ANSWER: u16 = 0;

/// What a call came to, for the log and the journal.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    pub(crate) request_id: String,
    /// The signing name of the service, `agent` or `issuer`.
    pub(crate) service: &'static str,
    /// The account and region, as far as that can be told.
    pub(crate) home: Option<Arc<AccountRegion>>,
    pub(crate) operation: Option<&'static str>,
    pub(crate) cluster_name: Option<String>,
    pub(crate) status: u16,
    pub(crate) error_code: Option<Cow<'static, str>>,
    /// The rules that have fired.
    pub(crate) faults: Vec<Arc<str>>,
    /// What faults make of the call, until that is done.
    pub(crate) fate: Option<Fate>,
    /// What is to be done before it is over.
    pub(crate) left: Option<Left>,
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
                self.answered.error_code = Some(row.name.into());
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
        self.answered.error_code = Some(code.into());
        let body = json!({ "message": message });
        rest_json1::write_unmodelled_error(status, code, &body, self.envelope)
    }
}
