"""memory.py [--most MB] [--settings FILE] FILES...: the memory limits of what the Compose files run, and their sum, in MB.

Settings are those of .env.example and of FILE, such as small.env. Tasks that end count nothing, nor does Qdrant where embed-service
keeps the vectors. With --most the sum must be at most so much.
"""

import argparse
import json
import os
import subprocess
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int)
    parser.add_argument("--settings")
    parser.add_argument("files", nargs="+")
    asked = parser.parse_args()
    # Not the variables of whoever runs this.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG", "DOCKER_HOST") if name in os.environ}
    kept.update(PUBLIC_DOMAIN="example.org", EMAIL_LETSENCRYPT="nobody@example.org")
    folder = os.path.dirname(asked.files[0]) or "."
    command = ["docker", "compose", "--env-file", os.path.join(folder, ".env.example")]
    if asked.settings:
        command += ["--env-file", asked.settings]
    for file in asked.files:
        command += ["--file", file]
    said = subprocess.run(command + ["config", "--format", "json"], check=True, capture_output=True, text=True, env=kept)
    services = json.loads(said.stdout)["services"]
    if not services["embed-service"]["environment"]["RUCHE_QDRANT_URL"]:
        services.pop("qdrant")
    total = 0
    for name, service in sorted(services.items()):
        if service.get("restart") == "no":
            continue
        copies = int(service["deploy"].get("replicas") or service.get("scale") or 1)
        limit = (int(service["deploy"]["resources"]["limits"]["memory"]) >> 20) * copies
        total += limit
        print(f"{limit:6} {name}" + (f" ({copies} of them)" if copies > 1 else ""))
    print(f"{total:6} together")
    return 1 if asked.most is not None and total > asked.most else 0


sys.exit(main())
