"""Rules for Dockerfiles: images of a full version, no root at the end, a health check, packages without their lists.

Usage: dockerfile.py FILE... [--prove]     with --prove a file is named broken-RULE..., and must break exactly that
"""
import os
import re
import sys


def lines(text):
    joined = re.sub(r"\\\n(\s*#.*\n)*", " ", text)
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]


def pinned(image):
    tag = image.split("@")[0].rsplit("/", 1)[-1].partition(":")[2]
    return bool(re.match(r".*\d+[.-]\d+", tag)) and tag != "latest"


def breaches(text):
    """What breaks a rule, but for those that a comment excepts: "# Breaks on purpose: user. Why."."""
    excepted = re.findall(r"^# Breaks on purpose: ([a-z]+)", text, re.M)
    return [breach for breach in broken(text) if breach[0] not in excepted]


def broken(text):
    arguments, stages, user, health = {}, set(), None, False
    for line in lines(text):
        word, _, rest = line.partition(" ")
        word, rest = word.upper(), rest.strip()
        if word == "ARG":
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif word == "FROM":
            parts = re.sub(r"\$\{?(\w+)\}?", lambda m: arguments.get(m[1], ""), rest).split()
            parts = [p for p in parts if not p.startswith("--")]
            if parts[0] != "scratch" and parts[0] not in stages and not pinned(parts[0]):
                yield "version", f"FROM {parts[0]} has no full version"
            if len(parts) > 2:
                stages.add(parts[2])
            user, health = None, False
        elif word == "USER":
            user = rest
        elif word == "HEALTHCHECK":
            health = rest.upper() != "NONE"
        elif word == "ADD":
            yield "add", "ADD fetches and unpacks; COPY does not"
        elif word == "RUN":
            if re.search(r"apt(-get)? .*install", rest) and ("--no-install-recommends" not in rest or "/var/lib/apt/lists" not in rest):
                yield "packages", "apt-get wants --no-install-recommends, and its lists gone in the same layer"
            if re.search(r"(curl|wget)[^|;&]*\|\s*(ba)?sh", rest):
                yield "piped", "a script is run as it comes from the network"
        if re.search(r"(PASSWORD|SECRET|TOKEN)\w*=[^ $]", line) and word in ("ENV", "ARG") and "_FILE" not in line:
            yield "secret", "a secret would be in the image"
    if user is None or user.split(":")[0] in ("0", "root"):
        yield "user", "the last user is root"
    if not health:
        yield "health", "there is no HEALTHCHECK"


def main():
    prove = "--prove" in sys.argv
    failed = False
    for file in [a for a in sys.argv[1:] if not a.startswith("--")]:
        with open(file, encoding="utf-8") as text:
            found = list(breaches(text.read()))
        if prove:
            wanted = {os.path.basename(file)[len("broken-"):]}
            if {rule for rule, _ in found} != wanted:
                failed = True
                print(file, "breaks", sorted({rule for rule, _ in found}), "instead of", sorted(wanted))
        else:
            # Images of tests need no health check of their own.
            found = [(r, t) for r, t in found if "/test/" not in file or r not in ("health", "user")]
            for rule, text in found:
                failed = True
                print(file, rule, text)
    sys.exit(1 if failed else 0)


main()
