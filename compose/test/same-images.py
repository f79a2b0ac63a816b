"""same-images.py COMPOSE MANIFESTS: whether Kubernetes gets the versions of images that the Compose file names."""

import re
import sys

import yaml


def images(value):
    """Every "image" below a value."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "image" and isinstance(below, str):
                yield below
            else:
                yield from images(below)
    elif isinstance(value, list):
        for below in value:
            yield from images(below)


def main(compose_file, manifests):
    with open(compose_file, encoding="utf-8") as file:
        ours = {re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", each) for each in images(yaml.safe_load(file))}
    with open(manifests, encoding="utf-8") as file:
        theirs = {re.sub(r"^registry\.example\.org/", "", each) for document in yaml.safe_load_all(file) for each in images(document)}
    unknown = sorted(theirs - ours)
    print("\n".join(unknown))
    return 1 if unknown or not theirs else 0


sys.exit(main(*sys.argv[1:]))
