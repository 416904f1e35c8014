//! The AWS SDK for Rust on an emulator in the same process.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use http_body_util::BodyExt;
use tower::Service;

use super::{EksEmulator, EmulatorAccount, EmulatorService};

impl EksEmulator {
    /// A configuration for every client of the AWS SDK: it calls the emulator
    /// without a socket, as the emulator's default account in its default
    /// region. See [`EmulatorAccount::sdk_config`].
    pub fn sdk_config(&self) -> SdkConfig {
        self.default_account().sdk_config()
    }

    /// The same configuration with the SDK's own HTTP client, which calls the
    /// emulator over a socket.
    pub fn sdk_config_over_tcp(&self) -> SdkConfig {
        self.default_account().sdk_config_over_tcp()
    }

    /// The HTTP client of [`sdk_config`](Self::sdk_config), for
    /// configurations of one's own. Where the endpoint leads does not matter.
    pub fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(InProcess(self.service()));
        SharedHttpClient::new(InProcessClient(connector))
    }
}

impl EmulatorAccount {
    /// A configuration for every client of the AWS SDK: it calls the emulator
    /// without a socket, as this account. Time-outs and retries are the SDK's.
    ///
    /// ```ignore
    /// let eks = aws_sdk_eks::Client::new(&emulator.sdk_config());
    /// ```
    pub fn sdk_config(&self) -> SdkConfig {
        // Nothing is on the way that could stall.
        let protection = StalledStreamProtectionConfig::disabled();
        self.sdk_config_over_tcp()
            .into_builder()
            .http_client(self.emulator.http_client())
            .stalled_stream_protection(protection)
            .build()
    }

    /// The same configuration with the SDK's own HTTP client, which calls the
    /// emulator over a socket. If that is HTTPS, the client has to be told whom
    /// to trust.
    pub fn sdk_config_over_tcp(&self) -> SdkConfig {
        // An access key id that has twelve digits is an account.
        let credentials = Credentials::new(&self.account_id, "test", None, None, "eks-emulator");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(self.emulator.endpoint())
            .region(Region::new(self.region().to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build()
    }
}

#[derive(Debug)]
struct InProcessClient(SharedHttpConnector);

impl HttpClient for InProcessClient {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.clone()
    }
}

#[derive(Debug)]
struct InProcess(EmulatorService);

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = self.0.clone();
        HttpConnectorFuture::new(answer(service, request))
    }
}

async fn answer(
    mut service: EmulatorService,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?;
    let response = service.call(request).await;
    let response = response.map_err(|error| ConnectorError::io(error.into()))?;
    let (head, body) = response.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|error| ConnectorError::io(error.into()))?;
    let body = SdkBody::from(body.to_bytes());
    HttpResponse::try_from(http::Response::from_parts(head, body))
        .map_err(|error| ConnectorError::other(error.into(), None))
}
