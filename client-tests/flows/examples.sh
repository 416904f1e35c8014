#!/usr/bin/env bash
# The examples of other languages, as somebody would run who has copied them: examples.sh PROGRAM.
# boto3 and pytest come from the virtual environment EKS_EMULATOR_VENV; without
# it one is made for this run. The SDKs for JavaScript and Go are fetched from
# their registries. What is not installed (Node, Go, Terraform) is left out, and
# said so.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
flows=$(cd "$(dirname "$0")" && pwd)
source "$flows/environment.sh"
mkdir "$folder/bin"
ln -s "$binary" "$folder/bin/eks-emulator"
export PATH=$folder/bin:$venv/bin:$PATH
cp -r "$flows/../../examples" "$folder/examples"
cd "$folder/examples"

echo '== Python, with pytest'
(cd python && pytest --quiet)

echo '== JavaScript, with node:test'
if has npm; then
    # Node 20 is told that it is old; that is not for these tests to say.
    (cd javascript && npm install --silent --no-audit --no-fund --no-package-lock &&
        NODE_NO_WARNINGS=1 npm test --silent)
fi

echo '== Go, with TestMain'
if has_go; then
    # A minute where nothing is cached; what takes ten will not end.
    (cd go && timeout 600 go test ./...)
fi

echo '== Terraform'
if has terraform; then
    terraform fmt -check -diff terraform
fi
