// An emulator for the tests of a file, and an account of its own for each test.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { EKSClient } from "@aws-sdk/client-eks";

const FLAGS = "--listen 127.0.0.1:0 --lifecycle realistic --clock paused --quiet".split(" ");

/** Time, faults, events and the journal: what docs/control.md describes. */
export class Emulator {
  #process;
  #lastAccount = 100_000_000_000;

  static async start() {
    const emulator = new Emulator();
    emulator.#process = spawn("eks-emulator", ["serve", ...FLAGS], { stdio: ["ignore", "pipe", "inherit"] });
    await once(emulator.#process, "spawn");
    // "eks-emulator ready http://127.0.0.1:43567"
    for await (const line of createInterface({ input: emulator.#process.stdout })) {
      emulator.endpoint = line.split(" ").at(-1);
      return emulator;
    }
    throw new Error("the emulator does not start");
  }

  async stop() {
    this.#process.kill();
    await once(this.#process, "exit");
  }

  async control(method, path, body) {
    const response = await fetch(`${this.endpoint}/_emulator/v1/${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${text}`);
    }
    return text === "" ? undefined : JSON.parse(text);
  }

  async advance(by) {
    await this.control("POST", "clock/advance", { by });
  }

  /** Moves the clock until nothing is pending any more. */
  async settle() {
    await this.control("POST", "clock/advance", { until: "idle" });
  }

  newAccount() {
    this.#lastAccount += 1;
    return new Account(this, String(this.#lastAccount));
  }
}

/** What one test has for itself. Its access key id is the account. */
class Account {
  constructor(emulator, id) {
    this.emulator = emulator;
    this.id = id;
    this.eks = new EKSClient({
      endpoint: emulator.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: id, secretAccessKey: "test" },
    });
  }

  role(name) {
    return `arn:aws:iam::${this.id}:role/${name}`;
  }

  async throttle(operation, times) {
    await this.emulator.control("PUT", `faults/throttle-${this.id}`, {
      match: { account: this.id, operation },
      effect: { error: { preset: "throttling" } },
      times,
    });
  }

  async calls(operation) {
    const match = { account: this.id, operation };
    return (await this.emulator.control("POST", "requests/count", { match })).count;
  }

  async events(type) {
    return (await this.emulator.control("GET", `events?account=${this.id}&type=${type}`)).events;
  }

  async pods(cluster, addon) {
    const path = `clusters/${cluster}/pods?account=${this.id}&owner=addon/${addon}`;
    return (await this.emulator.control("GET", path)).pods;
  }

  async forget() {
    this.eks.destroy();
    await this.emulator.control("POST", `reset?account=${this.id}`);
  }
}
