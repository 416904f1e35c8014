#!/usr/bin/env bash
# The GitHub Action of this repository, as a runner would run it: action.sh PROGRAM.
# Needs Node, and leaves nothing running.
set -euo pipefail

EKS_EMULATOR_PROGRAM=$(realpath "$1")
export EKS_EMULATOR_PROGRAM
node --test "$(dirname "$0")/action.test.mjs"
