"""Cuts a service model of botocore down to some operations, without its prose.

Run: cut_model.py SERVICE VERSION OPERATION... > fixtures/api-models/SERVICE-VERSION.json
with botocore installed. Kept are the operations named, in the model's order,
and the shapes reachable from them; `--operations FILE` reads the names from a
cut model instead, to refresh it from a newer botocore.
"""

import gzip
import json
import pathlib
import sys

import botocore

PROSE = {"documentation", "documentationUrl", "deprecatedMessage", "deprecatedSince"}


def without_prose(value, is_a_name_table=False):
    """The same value without prose; the keys of a name table are not keywords."""
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_prose(inner, key in {"members", "operations", "shapes"} and not is_a_name_table)
        for key, inner in value.items()
        if is_a_name_table or key not in PROSE
    }


def references(value):
    """The names of all shapes that a part of the model refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)


def cut(model, names):
    """Keeps the operations called `names`, and what they reach."""
    unknown = set(names) - set(model["operations"])
    assert not unknown, f"the model has no {unknown}"
    model["operations"] = {k: v for k, v in model["operations"].items() if k in names}
    reached, waiting = set(), list(references(model["operations"]))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(references(model["shapes"][name]))
    model["shapes"] = {k: v for k, v in model["shapes"].items() if k in reached}
    return model


service, version, *names = sys.argv[1:]
if names[0] == "--operations":
    names = list(json.loads(pathlib.Path(names[1]).read_text())["operations"])
path = pathlib.Path(botocore.__file__).parent / "data" / service / version / "service-2.json.gz"
model = cut(without_prose(json.loads(gzip.decompress(path.read_bytes()))), names)
print(json.dumps(model, indent=1, ensure_ascii=False))
