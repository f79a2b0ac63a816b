"""Rules for the services of a Compose file, as `docker compose config --format json` answers it on standard input.

Prints a line for each breach: SERVICE RULE what is wrong. With --prove, each service of the input is named after the one
rule that it breaks, `broken-RULE`, or `right-...`, and breaches must be exactly those.

A service says itself what it cannot keep, by a label whose reason stands beside it in a comment:
    labels: {ruche.except: "user capabilities"}
"""
import json
import re
import sys

PUBLIC = {("80", "tcp"), ("443", "tcp"), ("443", "udp"), ("8883", "tcp"), ("51820", "udp")}
SECRET = re.compile(r".*(PASSWORD|PASSWD|SECRET|SECRET_KEY|TOKEN|API_KEY)$")
VERSION = re.compile(r".*\d+[.-]\d+")
INTERNAL = ("backbone_net", "koff_net", "monitoring_net")


def breaches(name, service):
    excepted = set(re.split(r"[ ,]+", service.get("labels", {}).get("ruche.except", "")))
    job = service.get("restart", "no") == "no"
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    logging = service.get("logging", {})
    found = []

    def rule(word, holds, text):
        if not holds and word not in excepted:
            found.append((name, word, text))

    image = service.get("image", "")
    reference = image.split("@")[0]
    tag = reference.rsplit("/", 1)[-1].partition(":")[2]
    own = reference.startswith("ruche/")
    rule("version", bool(tag) and tag != "latest" and (own or VERSION.match(tag)), f"the image {image or '(none)'} has no full version")
    for what in ("cpus", "memory", "pids"):
        rule("limits", limits.get(what), f"there is no limit of {what}")
    health = service.get("healthcheck", {})
    rule("health", job or own and not health.get("disable") or health.get("test") and not health.get("disable"), "there is no health check")
    rule("restart", job or service["restart"] == "unless-stopped", "it is neither a job nor started again")
    rule("capabilities", "ALL" in service.get("cap_drop", []), "not all capabilities are dropped")
    rule("read-only", service.get("read_only"), "its root can be written")
    rule("privileges", any(o.startswith("no-new-privileges") for o in service.get("security_opt", [])) and not service.get("privileged"),
         "its programs may gain privileges")
    rule("user", job or str(service.get("user", "image's")).split(":")[0] not in ("0", "root"), "it runs as root")
    rule("logging", "max-size" in logging.get("options", {}) or logging.get("driver") in ("none", "journald", "local"), "its log is not rotated")
    rule("host", service.get("network_mode") != "host", "it is on the network of the host")
    for port in service.get("ports", []):
        which = (str(port.get("published", "")), port.get("protocol", "tcp"))
        rule("port", port.get("host_ip") in ("127.0.0.1", "::1") or which in PUBLIC, f"port {which[0]}/{which[1]} is published to everybody")
    for mount in service.get("volumes", []):
        if mount.get("type") == "bind":
            source = mount["source"]
            rule("engine", not source.endswith("docker.sock"), "it has Docker's socket, with which it is root on the server")
            rule("mount", mount.get("read_only") or source.endswith("docker.sock"), f"{source} of the host can be written")
    for key, value in (service.get("environment") or {}).items():
        rule("secret", not SECRET.match(key) or not value or key.endswith("_FILE"), f"{key} has a value: use a secret, or a variable without a default")
    return found


def networks(stack):
    for name, network in stack.get("networks", {}).items():
        # What the core says stays so in every overlay.
        if name in INTERNAL and not network.get("internal"):
            yield name, "internal", "the network has a way out"
    for name, secret in stack.get("secrets", {}).items():
        if not secret.get("external") and "/secrets/" not in secret.get("file", ""):
            yield name, "secret", "its file is not below secrets/"


def main():
    stack = json.load(sys.stdin)
    found = [breach for name, service in sorted(stack["services"].items()) for breach in breaches(name, service)]
    if "--prove" in sys.argv:
        broken = {(name, rule) for name, rule, _ in found}
        wanted = {(name, name[len("broken-"):]) for name in stack["services"] if name.startswith("broken-")}
        for name, rule in sorted(broken ^ wanted):
            print(name, rule, "is not found" if (name, rule) in wanted else "is found, and is not wrong")
        print(f"{len(wanted)} rules can fail", file=sys.stderr)
        sys.exit(1 if broken != wanted or not wanted else 0)
    found += networks(stack)
    for breach in found:
        print(*breach)
    sys.exit(1 if found else 0)


main()
