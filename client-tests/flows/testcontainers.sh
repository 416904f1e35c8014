#!/usr/bin/env bash
# The recipes for testcontainers, each with its language's own tools, against
# the image: testcontainers.sh. Needs a container engine, the registries, and Go,
# Java with Maven, Node, Python and Rust; takes minutes, most of them in Rust.
# The image eks-emulator:latest is built if there is none.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
docker info >/dev/null 2>&1 || { echo 'error: no container engine answers' >&2; exit 1; }
docker image inspect eks-emulator:latest >/dev/null 2>&1 || docker build --tag eks-emulator:latest "$root"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$root/examples/testcontainers/." "$folder"

echo '== Go'
(cd "$folder/go" && go test ./...)
echo '== Java'
(cd "$folder/java" && mvn --quiet --batch-mode test)
echo '== JavaScript'
(cd "$folder/javascript" && npm install --silent --no-audit --no-fund --no-package-lock && npm test)
echo '== Python'
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$folder/python/requirements.txt"
(cd "$folder/python" && "$folder/venv/bin/pytest" --quiet)
echo '== Rust'
(cd "$folder/rust" && cargo test --quiet)
