// Who a process is, by the default chain of the AWS SDK for JavaScript.
//
// Run by `eks-emulator pod-env … -- node index.mjs PREFIX`: the ARN has to
// begin with PREFIX.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const [prefix] = process.argv.slice(2);
const client = new STSClient({});
const credentials = await client.config.credentials();
const { Arn, Account } = await client.send(new GetCallerIdentityCommand({}));

if (!prefix || !Arn.startsWith(prefix)) {
  throw new Error(`expected ${prefix}…, got ${Arn}`);
}
if (Account !== prefix.split(":")[4]) {
  throw new Error(`${Arn} is of the account ${Account}`);
}
if (!credentials.accessKeyId.startsWith("ASIA") || !credentials.sessionToken) {
  throw new Error("the credentials are not temporary");
}
if (!(credentials.expiration > new Date())) {
  throw new Error("the credentials have ended");
}
console.log(Arn);
