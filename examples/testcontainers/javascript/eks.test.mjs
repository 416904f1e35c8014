// The emulator in a container, with the AWS SDK for JavaScript: npm install && npm test

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { CreateClusterCommand, DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { GenericContainer, Wait } from "testcontainers";

let emulator;
let eks;

before(async () => {
  emulator = await new GenericContainer("eks-emulator:latest")
    .withExposedPorts(4566)
    .withWaitStrategy(Wait.forHttp("/_emulator/ready", 4566))
    .start();
  eks = new EKSClient({
    endpoint: `http://${emulator.getHost()}:${emulator.getMappedPort(4566)}`,
    region: "us-east-1",
    // Twelve digits are the account: each test may have one of its own.
    credentials: { accessKeyId: "111122223333", secretAccessKey: "test" },
  });
});

after(async () => {
  eks?.destroy();
  await emulator?.stop();
});

test("a cluster becomes active", async () => {
  await eks.send(
    new CreateClusterCommand({
      name: "demo",
      roleArn: "arn:aws:iam::111122223333:role/eks",
      resourcesVpcConfig: { subnetIds: ["subnet-1", "subnet-2"] },
    }),
  );
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: "demo" }));
  assert.equal(cluster.status, "ACTIVE");
});
