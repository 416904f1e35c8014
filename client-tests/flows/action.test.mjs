// The action of action.yml as the runner of GitHub Actions runs it: its scripts, with the runner's files and variables.
//
// Run by action.sh, which says in EKS_EMULATOR_PROGRAM where the program is.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { words } from "../../action/words.mjs";

const program = process.env.EKS_EMULATOR_PROGRAM;
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "action-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script of the action; `more` are variables. */
function run(script, more) {
  const files = Object.fromEntries(
    ["ENV", "OUTPUT", "PATH", "STATE"].map((name) => [`GITHUB_${name}`, join(folder, name)]),
  );
  const env = { PATH: process.env.PATH, RUNNER_TEMP: folder, "INPUT_JOB-STATUS": "success", ...files, ...more };
  return spawnSync(process.execPath, [join(root, "action", script)], { encoding: "utf8", env });
}

/** What the scripts have written into one of the runner's files. */
function written(name) {
  const path = join(folder, name);
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s)));
}

function main(inputs) {
  return run("main.mjs", inputs);
}

/** The end of the job, at which post knows what main saved. */
function post(status) {
  const state = Object.entries(written("STATE")).map(([name, value]) => [`STATE_${name}`, value]);
  return run("post.mjs", { ...Object.fromEntries(state), "INPUT_JOB-STATUS": status });
}

function command(...flags) {
  const env = { ...process.env, ...written("ENV") };
  return spawnSync(program, flags, { encoding: "utf8", env });
}

async function isReachable(endpoint) {
  try {
    return (await fetch(`${endpoint}/_emulator/ready`)).ok;
  } catch {
    return false;
  }
}

function seed(name) {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, `schema: 1\nclusters: [{name: ${name}}]\n`);
  return path;
}

test("the steps that follow are led to an emulator with the seeds and flags", async () => {
  const inputs = {
    INPUT_PATH: program,
    INPUT_VERSION: "v0.1.0",
    "INPUT_SEED-FILE": `${seed("red")}\n${seed("blue")}\n`,
    INPUT_ARGS: "--clock paused --now '2026-01-01T00:00:00Z'",
  };
  const started = main(inputs);
  assert.equal(started.status, 0, started.stdout);
  try {
    const { endpoint } = written("OUTPUT");
    assert.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(written("ENV").AWS_ENDPOINT_URL_EKS, endpoint);
    assert.equal(written("ENV").EKS_EMULATOR_ENDPOINT, endpoint);
    assert.equal(readFileSync(join(folder, "PATH"), "utf8"), `${dirname(program)}\n`);
    const { clusters } = await (await fetch(`${endpoint}/clusters`)).json();
    assert.deepEqual(clusters, ["blue", "red"]);
    assert.equal(JSON.parse(command("clock", "--json").stdout).now, "2026-01-01T00:00:00.000Z");
  } finally {
    post("success");
  }
});

test("after a success the state is kept, nothing is printed, and the emulator has ended", async () => {
  assert.equal(main({ INPUT_PATH: program, "INPUT_SEED-FILE": seed("red") }).status, 0);
  const { endpoint, folder: kept } = written("OUTPUT");
  const ended = post("success");
  assert.equal(ended.status, 0, ended.stderr);
  assert.equal(ended.stdout, `What eks-emulator left is in ${kept}\n`);
  assert.ok(existsSync(join(kept, "state.json")));
  assert.equal(await isReachable(endpoint), false);
});

test("after a failure the journal, the state and the log are printed", async () => {
  assert.equal(main({ INPUT_PATH: program, "INPUT_SEED-FILE": seed("red") }).status, 0);
  const { endpoint, folder: kept } = written("OUTPUT");
  await fetch(`${endpoint}/clusters/absent`);
  const ended = post("failure");
  assert.equal(ended.status, 0, ended.stderr);
  assert.match(ended.stdout, /::group::The calls[^]*DescribeCluster +absent +404 +ResourceNotFoundException/);
  assert.match(ended.stdout, /::group::What there is[^]*"name": "red"/);
  assert.match(ended.stdout, /::group::The log[^]*eks-emulator ready http/);
  const { requests } = JSON.parse(readFileSync(join(kept, "journal.json"), "utf8"));
  assert.equal(requests.at(-1).operation, "DescribeCluster");
});

test("what the state of one job left begins another emulator", async () => {
  assert.equal(main({ INPUT_PATH: program, "INPUT_SEED-FILE": seed("red") }).status, 0);
  const { folder: kept } = written("OUTPUT");
  post("failure");
  assert.equal(main({ INPUT_PATH: program }).status, 0);
  try {
    assert.equal(command("state", "put", join(kept, "state.json")).status, 0);
    const { clusters } = await (await fetch(`${written("OUTPUT").endpoint}/clusters`)).json();
    assert.deepEqual(clusters, ["red"]);
  } finally {
    post("success");
  }
});

test("an emulator that ended early fails no job", () => {
  assert.equal(main({ INPUT_PATH: program }).status, 0);
  process.kill(Number(written("STATE").pid), "SIGKILL");
  const ended = post("failure");
  assert.equal(ended.status, 0, ended.stderr);
  assert.match(ended.stdout, /::warning/);
  assert.match(ended.stdout, /::group::The log/);
});

test("without control endpoints there is nothing to keep, and it ends all the same", async () => {
  assert.equal(main({ INPUT_PATH: program, INPUT_ARGS: "--no-control" }).status, 0);
  const { endpoint } = written("OUTPUT");
  const ended = post("success");
  assert.equal(ended.status, 0, ended.stderr);
  assert.match(ended.stdout, /::warning/);
  assert.equal(await isReachable(endpoint), false);
});

test("a step says what is wrong", () => {
  const broken = join(folder, "broken.yaml");
  writeFileSync(broken, "schema: 1\nclusters: [{nam: red}]\n");
  for (const [inputs, message] of [
    [{ INPUT_PATH: join(folder, "absent") }, /::error.*absent is no program/],
    [{ INPUT_PATH: program, INPUT_VERSION: "9.9.9" }, /::error.*is of version 0\.1\.0, not 9\.9\.9/],
    [{ INPUT_PATH: program, INPUT_ARGS: "--lifecycle never" }, /::error.*does not start.*%0A.*--lifecycle/],
    [{ INPUT_PATH: program, INPUT_ARGS: "--now 'never" }, /::error.*quotation mark/],
    [{ INPUT_PATH: program, "INPUT_SEED-FILE": broken }, /::error.*does not start.*broken\.yaml.*nam/],
  ]) {
    const started = main(inputs);
    assert.equal(started.status, 1, started.stdout);
    assert.match(started.stdout, message);
  }
});

test("without a path the program of the action's own checkout is built", () => {
  const tools = join(folder, "tools");
  mkdirSync(tools);
  const message = JSON.stringify({ reason: "compiler-artifact", executable: program });
  writeFileSync(
    join(tools, "cargo"),
    `#!/bin/sh\necho "$PWD $*" >"${folder}/called"\necho '{"reason":"compiler-artifact","executable":null}'\necho '${message}'\n`,
  );
  chmodSync(join(tools, "cargo"), 0o755);
  const started = main({ PATH: `${tools}:${process.env.PATH}` });
  post("success");
  assert.equal(started.status, 0, started.stdout);
  assert.equal(
    readFileSync(join(folder, "called"), "utf8"),
    `${join(root)} build --release --locked --package eks-emulator --message-format json-render-diagnostics\n`,
  );
});

test("a build that fails fails the step", () => {
  const tools = join(folder, "tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "cargo"), "#!/bin/sh\nexit 101\n");
  chmodSync(join(tools, "cargo"), 0o755);
  const failed = main({ PATH: `${tools}:${process.env.PATH}` });
  assert.equal(failed.status, 1);
  assert.match(failed.stdout, /::error.*cargo ended with 101/);
  const absent = main({ PATH: folder });
  assert.match(absent.stdout, /::error.*install Rust, or say with path/);
});

test("arguments are words, and quotation marks keep spaces", () => {
  assert.deepEqual(words(""), []);
  assert.deepEqual(words("--clock paused\n--rng-seed 7"), ["--clock", "paused", "--rng-seed", "7"]);
  assert.deepEqual(words(`--seed-file "a b" --config='c d'`), ["--seed-file", "a b", "--config=c d"]);
});
