"""same-services.py COMPOSE STACK: whether a Swarm stack says of each service what the Compose file says.

COMPOSE is as it is written, STACK as `docker stack config` prints it. Differences that must be are named below.
"""

import re
import sys

import yaml

# What Swarm needs beside, or says otherwise.
OTHER_VARIABLES = {"RUCHE_MANAGEMENT_BIND", "MONITORING_PREFIX", "RUCHE_PAGES_PROXIES"}
OTHER_NETWORKS = {"minio-volume"}
NOT_IN_SWARM = {"ruche"}


def substituted(text):
    """A Compose file's text with its variables' defaults."""
    text = re.sub(r"\$\{\w+:?-([^{}]*)\}", r"\1", text)
    text = re.sub(r"\$\{\w+:\+[^{}]*(?:\$\{\w+\}[^{}]*)*\}", "", text)
    return re.sub(r"\$\{\w+\}", "", text)


def size(value):
    """Bytes of 256M, 1G or "268435456"."""
    match = re.fullmatch(r"(\d+)([KMG]?)B?", str(value).upper())
    return int(match[1]) * {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}[match[2]]


def variables(service):
    given = service.get("environment") or {}
    if isinstance(given, list):
        given = dict(each.split("=", 1) for each in given)
    return {name for name in given if name not in OTHER_VARIABLES}


def secrets(service):
    return {each if isinstance(each, str) else each["source"] for each in service.get("secrets") or []}


def memory(service):
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    return size(limits["memory"]) if "memory" in limits else None


def main(compose_file, stack_file):
    with open(compose_file, encoding="utf-8") as file:
        compose = yaml.safe_load(substituted(file.read()))["services"]
    common = yaml.safe_load(substituted(open(compose_file.replace("compose.yaml", "common.yaml"), encoding="utf-8").read()))["services"]
    with open(stack_file, encoding="utf-8") as file:
        stack = yaml.safe_load(file)["services"]
    wrong = []

    def same(name, what, ours, theirs):
        if ours != theirs:
            wrong.append(f"{name}: {what} is {theirs} in the stack and {ours} in {compose_file}")

    same("the stack", "its services", sorted(set(compose) - NOT_IN_SWARM), sorted(stack))
    for name in sorted(set(compose) & set(stack)):
        ours, theirs = compose[name], stack[name]
        base = common[ours["extends"]["service"]]
        own = dict(ours, environment={**(base.get("environment") or {}), **(ours.get("environment") or {})})
        same(name, "image", ours["image"], theirs["image"])
        same(name, "user", ours.get("user"), theirs.get("user"))
        same(name, "variables", sorted(variables(own)), sorted(variables(theirs)))
        same(name, "secrets", sorted(secrets(ours)), sorted(secrets(theirs)))
        same(name, "memory", memory(ours) or memory(base), memory(theirs))
        if name not in OTHER_NETWORKS:
            same(name, "networks", sorted(ours["networks"]), sorted(theirs["networks"]))
        same(name, "read-only root", True, theirs.get("read_only"))
        same(name, "dropped capabilities", ["ALL"], theirs.get("cap_drop"))
        if theirs.get("ports"):
            wrong.append(f"{name}: publishes ports, which Swarm opens to everybody")
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
