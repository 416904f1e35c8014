// How an action talks with the runner of GitHub Actions: variables in, files and lines out.

import { appendFileSync } from "node:fs";

export function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}

export function lines(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What main saved for post. */
export function saved(name) {
  return process.env[`STATE_${name}`] ?? "";
}

export function save(name, value) {
  append("GITHUB_STATE", `${name}=${value}`);
}

export function setOutput(name, value) {
  append("GITHUB_OUTPUT", `${name}=${value}`);
}

export function addPath(folder) {
  append("GITHUB_PATH", folder);
}

function append(variable, line) {
  const path = process.env[variable];
  if (!path) {
    throw new Error(`${variable} is not set: this runs in GitHub Actions`);
  }
  appendFileSync(path, `${line}\n`);
}

export function group(title, text) {
  console.log(`::group::${title}`);
  // Nothing that was logged is a command to the runner.
  const token = `end-${process.pid}-${Date.now()}`;
  console.log(`::stop-commands::${token}`);
  console.log(text.trimEnd());
  console.log(`::${token}::`);
  console.log("::endgroup::");
}

export function warning(message) {
  console.log(`::warning title=eks-emulator::${escaped(message)}`);
}

/** Fails the step. */
export function fail(message) {
  console.log(`::error title=eks-emulator::${escaped(message)}`);
  process.exitCode = 1;
}

function escaped(message) {
  return message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
