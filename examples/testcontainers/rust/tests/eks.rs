//! The emulator in a container, with the AWS SDK for Rust: cargo test
//!
//! In process, without a container, is faster: see the README.

use aws_sdk_eks::config::{Credentials, Region};
use aws_sdk_eks::types::{ClusterStatus, VpcConfigRequest};
use testcontainers::core::wait::HttpWaitStrategy;
use testcontainers::core::{ContainerPort, IntoContainerPort, WaitFor};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, Image};

const PORT: ContainerPort = ContainerPort::Tcp(4566);

struct EksEmulator;

impl Image for EksEmulator {
    fn name(&self) -> &str {
        "eks-emulator"
    }

    fn tag(&self) -> &str {
        "latest"
    }

    fn ready_conditions(&self) -> Vec<WaitFor> {
        let ready = HttpWaitStrategy::new("/_emulator/ready").with_port(PORT);
        vec![WaitFor::http(ready.with_expected_status_code(200_u16))]
    }

    fn expose_ports(&self) -> &[ContainerPort] {
        &[PORT]
    }
}

type Failure = Box<dyn std::error::Error>;

async fn client(emulator: &ContainerAsync<EksEmulator>) -> Result<aws_sdk_eks::Client, Failure> {
    let host = emulator.get_host().await?;
    let port = emulator.get_host_port_ipv4(4566.tcp()).await?;
    let config = aws_sdk_eks::Config::builder()
        .endpoint_url(format!("http://{host}:{port}"))
        .region(Region::from_static("us-east-1"))
        // Twelve digits are the account: each test may have one of its own.
        .credentials_provider(Credentials::new("111122223333", "test", None, None, "test"))
        .build();
    Ok(aws_sdk_eks::Client::from_conf(config))
}

#[tokio::test]
async fn a_cluster_becomes_active() -> Result<(), Failure> {
    let emulator = EksEmulator.start().await?;
    let eks = client(&emulator).await?;
    let network = VpcConfigRequest::builder()
        .subnet_ids("subnet-1")
        .subnet_ids("subnet-2");
    let create = eks
        .create_cluster()
        .name("demo")
        .role_arn("arn:aws:iam::111122223333:role/eks");
    create.resources_vpc_config(network.build()).send().await?;
    let described = eks.describe_cluster().name("demo").send().await?;
    let status = described.cluster().and_then(|cluster| cluster.status());
    assert_eq!(status, Some(&ClusterStatus::Active));
    Ok(())
}
