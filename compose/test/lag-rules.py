"""lag-rules.py MANIFESTS: the queries of the ScaledObjects as Prometheus' recording rules lag:<target>, for promtool."""

import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    documents = [document for document in yaml.safe_load_all(file) if document["kind"] == "ScaledObject"]
rules = [
    {"record": f"lag:{document['spec']['scaleTargetRef']['name'].replace('-', '_')}", "expr": trigger["metadata"]["query"]}
    for document in documents
    for trigger in document["spec"]["triggers"]
    if trigger["type"] == "prometheus"
]
assert len(rules) == 2, rules
yaml.safe_dump({"groups": [{"name": "lag", "interval": "15s", "rules": rules}]}, sys.stdout)
