// Starts the emulator, and leads the steps that follow to it.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { findProgram, run } from "./program.mjs";
import { addPath, fail, input, lines, save, setOutput } from "./runner.mjs";
import { words } from "./words.mjs";

const PATIENCE_MILLISECONDS = 30_000;

async function main() {
  const program = findProgram(input("path"), input("version"));
  const folder = mkdtempSync(join(process.env.RUNNER_TEMP || tmpdir(), "eks-emulator-"));
  const endpointFile = join(folder, "endpoint.json");
  const seeds = lines(input("seed-file")).flatMap((path) => ["--seed-file", path]);
  const flags = ["serve", "--endpoint-file", endpointFile, ...seeds, ...words(input("args"))];
  save("program", program);
  save("folder", folder);
  await start(program, flags, folder, endpointFile);
  const { endpoint } = JSON.parse(readFileSync(endpointFile, "utf8"));
  run(program, ["env", "--shell", "github", "--endpoint", endpoint]);
  addPath(dirname(program));
  setOutput("endpoint", endpoint);
  setOutput("folder", folder);
  console.log(`eks-emulator answers at ${endpoint}`);
}

/** Returns once the emulator answers; it goes on when this process ends. */
async function start(program, flags, folder, endpointFile) {
  const log = openSync(join(folder, "log"), "a");
  // A flag among the arguments wins over the variable.
  const env = { EKS_EMULATOR_LISTEN: "127.0.0.1:0", ...process.env };
  const emulator = spawn(program, flags, { detached: true, env, stdio: ["ignore", log, log] });
  let end;
  emulator.on("error", (error) => (end = error.message));
  emulator.on("exit", (code, signal) => (end ??= `it ended with ${code ?? signal}`));
  save("pid", emulator.pid ?? "");
  const latest = Date.now() + PATIENCE_MILLISECONDS;
  while (!existsSync(endpointFile)) {
    if (Date.now() > latest) {
      emulator.kill();
      end = "it does not answer";
    }
    if (end) {
      const said = readFileSync(join(folder, "log"), "utf8").trim();
      throw new Error(`the emulator does not start: ${end}\n${said}`);
    }
    await sleep(20);
  }
  emulator.unref();
}

try {
  await main();
} catch (error) {
  fail(error.message);
}
