// Whether a pod's token carries the signature of the issuer that it names, by
// the documents that the issuer publishes and Node's own cryptography.
//
// Run by `eks-emulator pod-env … -- node issuer.mjs`.

import { createPublicKey, verify } from "node:crypto";
import { readFile } from "node:fs/promises";

const { env } = process;
const token = await readFile(
  env.AWS_WEB_IDENTITY_TOKEN_FILE ?? env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,
  "ascii",
);
const [head, body, signature] = token.split(".");
const decoded = (part) => JSON.parse(Buffer.from(part, "base64url"));
const { kid } = decoded(head);
const { iss } = decoded(body);

// The issuer's documents are at its path on the emulator, whatever its host.
const published = async (url) => {
  const answer = await fetch(env.AWS_ENDPOINT_URL_STS + new URL(url).pathname);
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
};
const discovery = await published(`${iss}/.well-known/openid-configuration`);
if (discovery.issuer !== iss) throw new Error(`${discovery.issuer} is not ${iss}`);
const { keys } = await published(discovery.jwks_uri);
const key = keys.find((key) => key.kid === kid && key.alg === "RS256" && key.use === "sig");
if (!key) throw new Error(`no key ${kid}`);

const publicKey = createPublicKey({ key, format: "jwk" });
const isGenuine = (text) =>
  verify("RSA-SHA256", Buffer.from(text), publicKey, Buffer.from(signature, "base64url"));
if (!isGenuine(`${head}.${body}`)) throw new Error("the signature is not the issuer's");
if (isGenuine(`${head}.${body}x`)) throw new Error("any text has this signature");
console.log(`signed by ${iss}`);
