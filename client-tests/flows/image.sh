#!/usr/bin/env bash
# What can be known about the image without a container engine: that its build
# gets every file that cargo asks for, and the compiler that the workspace wants.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"

grep -q '^\*$' .dockerignore || { echo 'error: .dockerignore does not begin with nothing' >&2; exit 1; }
mapfile -t context < <(sed -n 's/^!//p' .dockerignore)
git ls-files -z -- "${context[@]}" | xargs -0 cp --parents -t "$folder"

wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
grep -q "^FROM rust:$wanted-" Dockerfile || { echo "error: the image is not built by Rust $wanted" >&2; exit 1; }

cd "$folder"
# A member of the workspace that is left out of the context is an error.
cargo metadata --quiet --locked --no-deps --format-version 1 >/dev/null
for source in emulator/server/src/main.rs LICENSE-APACHE LICENSE-MIT; do
    [ -s "$source" ] || { echo "error: the context lacks $source" >&2; exit 1; }
done
echo 'the image has what it is built from'
