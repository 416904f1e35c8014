// Keeps what the emulator knows, prints it if the job has failed, and stops the emulator.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { run } from "./program.mjs";
import { group, input, saved, warning } from "./runner.mjs";

const PATIENCE_MILLISECONDS = 10_000;
/** The most that is printed of anything: the rest is in the folder. */
const SHOWN_LINES = 200;

async function main() {
  const [program, folder, pid] = ["program", "folder", "pid"].map(saved);
  if (pid === "") {
    return;
  }
  const hasFailed = input("job-status") !== "success";
  const endpointFile = join(folder, "endpoint.json");
  const command = (...flags) => run(program, [...flags, "--endpoint-file", endpointFile]);
  if (answers(command)) {
    attempt(() => {
      writeFileSync(join(folder, "state.json"), command("state", "get"));
      writeFileSync(join(folder, "journal.json"), command("requests", "list", "--json"));
    });
    if (hasFailed) {
      attempt(() => {
        group("The calls that eks-emulator has answered", last(command("requests", "list")));
        group("What there is, as a seed document", last(command("state", "get", "--format", "seed")));
      });
    }
    await stop(pid, endpointFile);
  } else {
    warning("the emulator no longer answers");
    signal(pid, "SIGKILL");
  }
  if (hasFailed) {
    group("The log of eks-emulator", last(readFileSync(join(folder, "log"), "utf8")));
  }
  console.log(`What eks-emulator left is in ${folder}`);
}

/** With --no-control, say, there is nothing to be had: no reason to fail a job. */
function attempt(action) {
  try {
    action();
  } catch (error) {
    warning(error.message);
  }
}

function last(text) {
  return text.trimEnd().split("\n").slice(-SHOWN_LINES).join("\n");
}

function answers(command) {
  try {
    command("wait", "ready", "--timeout", "2s");
    return true;
  } catch {
    return false;
  }
}

/** Whether there is such a process; with 0 nothing is sent. */
function signal(pid, name) {
  try {
    return process.kill(Number(pid), name);
  } catch {
    return false;
  }
}

/** Its file goes with it. In a container, where nobody waits for it, its process may not. */
async function stop(pid, endpointFile) {
  signal(pid, "SIGTERM");
  const latest = Date.now() + PATIENCE_MILLISECONDS;
  while (signal(pid, 0) && existsSync(endpointFile)) {
    if (Date.now() > latest) {
      signal(pid, "SIGKILL");
      return warning("the emulator had to be killed");
    }
    await sleep(20);
  }
}

await main();
