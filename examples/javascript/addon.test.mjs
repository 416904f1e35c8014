// What an add-on does with its pod identity association, while the tests say what time it is.
//
// npm install, put eks-emulator in PATH, and run npm test. With Jest, take its beforeAll, afterAll and expect.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import {
  CreateAddonCommand,
  CreateClusterCommand,
  DeleteAddonCommand,
  DescribeAddonCommand,
  ListPodIdentityAssociationsCommand,
  UpdateAddonCommand,
} from "@aws-sdk/client-eks";

import { Emulator } from "./emulator.mjs";

const clusterName = "demo";
const addonName = "aws-ebs-csi-driver";
const serviceAccount = "ebs-csi-controller-sa";

let emulator;
let account;

before(async () => (emulator = await Emulator.start()));
after(() => emulator.stop());

beforeEach(async () => {
  account = emulator.newAccount();
  const resourcesVpcConfig = { subnetIds: ["subnet-1", "subnet-2"] };
  await account.eks.send(
    new CreateClusterCommand({ name: clusterName, roleArn: account.role("eks"), resourcesVpcConfig }),
  );
  await emulator.settle();
});
afterEach(() => account.forget());

async function createAddon() {
  const podIdentityAssociations = [{ serviceAccount, roleArn: account.role("ebs") }];
  const command = new CreateAddonCommand({ clusterName, addonName, podIdentityAssociations });
  return (await account.eks.send(command)).addon;
}

async function status() {
  const { addon } = await account.eks.send(new DescribeAddonCommand({ clusterName, addonName }));
  return addon.status;
}

async function associations() {
  const command = new ListPodIdentityAssociationsCommand({ clusterName });
  return (await account.eks.send(command)).associations;
}

/** The pods that use the association. */
async function controllers() {
  const pods = await account.pods(clusterName, addonName);
  return pods.filter((pod) => pod.spec.serviceAccountName === serviceAccount);
}

const nameOf = (pod) => pod.metadata.name;
const isReady = (pod) => pod.status.conditions.some(({ type, status }) => type === "Ready" && status === "True");

test("an add-on takes its association along", async () => {
  const { addonArn } = await createAddon();
  await emulator.settle();
  const [association] = await associations();
  assert.equal(association.ownerArn, addonArn);

  await account.eks.send(new DeleteAddonCommand({ clusterName, addonName }));
  await emulator.settle();
  assert.deepEqual(await associations(), []);
});

test("an add-on becomes active when its time has come", async () => {
  await createAddon();
  assert.equal(await status(), "CREATING");
  await emulator.advance("10m");
  assert.equal(await status(), "ACTIVE");
});

test("a new role restarts the pods one by one", async () => {
  await createAddon();
  await emulator.settle();
  const before = (await controllers()).map(nameOf);

  const podIdentityAssociations = [{ serviceAccount, roleArn: account.role("ebs-2") }];
  await account.eks.send(new UpdateAddonCommand({ clusterName, addonName, podIdentityAssociations }));
  while ((await status()) === "UPDATING") {
    assert.ok((await controllers()).some(isReady), "no pod is ready during the restart");
    await emulator.advance("1s");
  }

  // The last of the old pods takes its time to end.
  await emulator.settle();
  assert.ok((await controllers()).every((pod) => !before.includes(nameOf(pod))));
  const [restart] = await account.events("pods.restarted");
  assert.equal(restart.workload, "kube-system/Deployment/ebs-csi-controller");
});

test("a throttled call is tried again", async () => {
  await account.throttle("CreateAddon", 2);
  await createAddon();
  assert.equal(await account.calls("CreateAddon"), 3);
});
