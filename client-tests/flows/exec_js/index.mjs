// The AWS SDK for JavaScript as it comes: a cluster, an add-on with its
// association, and their end, where the environment alone says whom to call.
//
// Run by `eks-emulator exec -- node index.mjs`.

import * as assert from "node:assert/strict";

import {
  CreateAddonCommand,
  CreateClusterCommand,
  DeleteAddonCommand,
  DeleteClusterCommand,
  DescribeAddonCommand,
  EKSClient,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
  waitUntilAddonActive,
  waitUntilAddonDeleted,
  waitUntilClusterActive,
  waitUntilClusterDeleted,
} from "@aws-sdk/client-eks";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const client = new EKSClient({});
const { Account } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
const role = (name) => `arn:aws:iam::${Account}:role/${name}`;
// Only waiters that fail take this long, in seconds.
const patience = { client, maxWaitTime: 60 };
const cluster = { name: "javascript" };
const addon = { clusterName: cluster.name, addonName: "aws-ebs-csi-driver" };
const associations = async () => {
  const command = new ListPodIdentityAssociationsCommand({ clusterName: cluster.name });
  return (await client.send(command)).associations;
};

const resourcesVpcConfig = { subnetIds: ["subnet-1", "subnet-2"] };
const created = await client.send(
  new CreateClusterCommand({ ...cluster, roleArn: role("eks"), resourcesVpcConfig }),
);
assert.equal(created.cluster.status, "CREATING");
await waitUntilClusterActive(patience, cluster);
const { clusters } = await client.send(new ListClustersCommand({}));
assert.ok(clusters.includes(cluster.name), clusters.join());

const podIdentityAssociations = [
  { serviceAccount: "ebs-csi-controller-sa", roleArn: role("ebs") },
];
await client.send(new CreateAddonCommand({ ...addon, podIdentityAssociations }));
await waitUntilAddonActive(patience, addon);
const { addonArn } = (await client.send(new DescribeAddonCommand(addon))).addon;
const [association] = await associations();
assert.equal(association.serviceAccount, "ebs-csi-controller-sa");
assert.equal(association.ownerArn, addonArn);

await client.send(new DeleteAddonCommand(addon));
await waitUntilAddonDeleted(patience, addon);
assert.deepEqual(await associations(), []);
await client.send(new DeleteClusterCommand(cluster));
await waitUntilClusterDeleted(patience, cluster);
