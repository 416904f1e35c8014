// The eks-emulator program that the action runs: given, or built from the action's own checkout.

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** The program at `path`, or a new one; `version` is the only one that will do, if it says any. */
export function findProgram(path, version) {
  const program = path === "" ? build() : resolve(path);
  try {
    accessSync(program, constants.X_OK);
  } catch {
    throw new Error(`${program} is no program that can be run`);
  }
  const found = JSON.parse(run(program, ["version", "--json"])).version;
  if (version !== "" && version.replace(/^v/, "") !== found) {
    throw new Error(`${program} is of version ${found}, not ${version}`);
  }
  return program;
}

function build() {
  const flags = ["--release", "--locked", "--package", "eks-emulator"];
  const format = ["--message-format", "json-render-diagnostics"];
  const built = spawnSync("cargo", ["build", ...flags, ...format], {
    cwd: checkout,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (built.error) {
    throw new Error(`cannot build: ${built.error.message}; install Rust, or say with path where the program is`);
  }
  if (built.status !== 0) {
    throw new Error(`cannot build: cargo ended with ${built.status ?? built.signal}`);
  }
  const messages = built.stdout.split("\n").filter((line) => line.startsWith("{"));
  const program = messages.map((line) => JSON.parse(line).executable).find((executable) => executable);
  if (!program) {
    throw new Error("cannot build: cargo says of no program that it has built it");
  }
  return program;
}

/** What a command prints; an error says what went wrong. */
export function run(program, flags) {
  const done = spawnSync(program, flags, { encoding: "utf8", maxBuffer: 1 << 30 });
  if (done.error || done.status !== 0) {
    throw new Error(done.error?.message ?? `${flags.join(" ")}: ${done.stderr.trim()}`);
  }
  return done.stdout;
}
