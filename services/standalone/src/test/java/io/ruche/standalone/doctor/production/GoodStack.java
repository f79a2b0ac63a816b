package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Diagnosis;
import io.ruche.standalone.doctor.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A stack in a folder, with answers of docker and of the system, of which nothing is wrong. */
final class GoodStack implements Programs {

  static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "3f9c1b77a2d84e06b5c1f0a9d8e7";

  final Path home;
  final Path compose;
  final Path root;

  /** What {@code docker compose config} answers. */
  final ObjectNode files;

  /** What {@code docker inspect} answers. */
  final ArrayNode containers;

  /** Answers by the beginning of the command; a missing one means a missing program. */
  final Map<String, Output> answers = new HashMap<>();

  long freeBytes = 50_000_000_000L;
  final Certificates certificates;
  X509Certificate shown;
  boolean trusted = true;
  boolean answersTls = true;

  /** Whether there is a docker command. */
  boolean docker = true;

  /** A folder whose disk cannot be looked at. */
  Path hidden = Path.of("none");

  GoodStack(Path folder, Certificates certificates) throws IOException {
    this.certificates = certificates;
    shown = certificates.good();
    home = Files.createDirectories(folder.resolve("ruche"));
    compose = Files.createDirectories(home.resolve("compose"));
    root = folder.resolve("root");
    write(compose.resolve("compose.yaml"), "");
    write(compose.resolve(".env.example"), "PUBLIC_DOMAIN=\nRUCHE_BACKUPS=\nRUCHE_QDRANT_URL=x\n");
    env("PUBLIC_DOMAIN=example.org\nRUCHE_BACKUPS=../backups\nRUCHE_QDRANT_URL=x\n");
    Files.createDirectory(compose.resolve("secrets"));
    mode(compose.resolve("secrets"), "rwx------");
    secret("ai-proxy-redis-url", "redis://ai-proxy:" + PASSWORD + "@redis-bus:6379");
    secret("qdrant-api-key", PASSWORD + "0");
    write(
        home.resolve("monitoring/alertmanager/alertmanager.yml"),
        "route: {receiver: me}\nreceivers: [{name: me, webhook_configs: [{url: 'http://x'}]}]\n");
    write(home.resolve("host/harden.sh"), "");
    Path backup = home.resolve("backups/20261122T010000Z");
    write(backup.resolve("postgres.sql.gz"), "dump");
    write(backup.resolve("SHA256SUMS"), "ab01  postgres.sql.gz\n");
    Files.setLastModifiedTime(backup.resolve("SHA256SUMS"), FileTime.from(NOW.minusSeconds(7200)));
    mode(home.resolve("backups"), "rwx------");
    write(root.resolve("proc/sys/vm/overcommit_memory"), "1\n");
    write(
        root.resolve("proc/meminfo"),
        "MemTotal: 4000000 kB\nMemAvailable: 2000000 kB\nSwapTotal: 0 kB\n");
    files =
        (ObjectNode)
            JSON.readTree(
                """
                {"name": "ruche", "services": {
                  "redis-bus": {"image": "redis:7.2.11@sha256:ab", "restart": "unless-stopped",
                    "environment": {"REDIS_PASSWORD_FILE": "/run/secrets/x"}},
                  "alertmanager": {"image": "prom/alertmanager:v0.28.1@sha256:ab",
                    "restart": "unless-stopped"},
                  "migrate": {"image": "ruche/cli:0.1.0", "restart": "no"},
                  "caddy": {"image": "caddy:2.10.2@sha256:ab", "restart": "unless-stopped",
                    "ports": [{"published": "443", "target": 8443, "protocol": "tcp"},
                      {"published": "3000", "target": 3000, "host_ip": "127.0.0.1"}]}},
                 "secrets": {}}
                """);
    containers = JSON.createArrayNode();
    for (Map.Entry<String, com.fasterxml.jackson.databind.JsonNode> service :
        files.path("services").properties()) {
      containers.add(container(service.getKey(), service.getValue().path("image").asText()));
    }
    answers.put("docker version", new Output(0, "27.3.1\n", ""));
    answers.put("docker compose version", new Output(0, "2.40.3\n", ""));
    answers.put("docker info", new Output(0, home + "\n", ""));
    answers.put("systemctl is-enabled docker", new Output(0, "enabled\n", ""));
    answers.put("timedatectl show", new Output(0, "yes\n", ""));
    answers.put("bash", new Output(0, "{\"items\": [{\"state\": \"fine\"}]}", ""));
  }

  private static ObjectNode container(String service, String image) throws IOException {
    boolean job = service.equals("migrate");
    return (ObjectNode)
        JSON.readTree(
            """
            {"State": {"Running": %s, "Status": "%s", "ExitCode": 0, "OOMKilled": false,
               "Health": {"Status": "healthy"}}, "RestartCount": 0, "Mounts": [],
             "Config": {"User": "999:999", "Image": "%s",
               "Labels": {"com.docker.compose.service": "%s"}},
             "HostConfig": {"ReadonlyRootfs": true, "CapDrop": ["ALL"], "Privileged": false,
               "SecurityOpt": ["no-new-privileges:true"], "Memory": 100000000,
               "NanoCpus": 1000000000, "PidsLimit": 50, "RestartPolicy": {"Name": "%s"},
               "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}},
               "PortBindings": {"3000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "3000"}]}}}
            """
                .formatted(
                    !job,
                    job ? "exited" : "running",
                    image,
                    service,
                    job ? "no" : "unless-stopped"));
  }

  ObjectNode service(String name) {
    return (ObjectNode) files.path("services").path(name);
  }

  /** The container of redis-bus, or a part of it. */
  ObjectNode container(String... path) {
    ObjectNode at = (ObjectNode) containers.get(0);
    for (String part : path) {
      at = (ObjectNode) at.path(part);
    }
    return at;
  }

  void env(String text) throws IOException {
    write(compose.resolve(".env"), text);
    mode(compose.resolve(".env"), "rw-------");
  }

  void secret(String name, String text) throws IOException {
    write(compose.resolve("secrets").resolve(name), text);
    mode(compose.resolve("secrets").resolve(name), "r--r--r--");
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
    Files.deleteIfExists(file);
    Files.writeString(file, text);
  }

  static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  Diagnosis diagnose() {
    List<Check> checks =
        ProductionChecks.of(
            compose,
            root,
            this,
            Clock.fixed(NOW, ZoneOffset.UTC),
            this::space,
            (server, name) -> {
              if (!answersTls) {
                throw new IOException("connection refused");
              }
              return new Handshake.Shown(shown, trusted);
            });
    return Diagnosis.of(checks, part -> {});
  }

  private ServerCheck.Space space(Path folder) throws IOException {
    if (folder.equals(hidden)) {
      throw new IOException("hidden");
    }
    return new ServerCheck.Space("disk", 100_000_000_000L, freeBytes);
  }

  @Override
  public Output run(Path folder, List<String> command) throws IOException {
    String line = String.join(" ", command);
    if (line.startsWith("docker") && !docker) {
      throw new IOException("no program docker");
    }
    if (line.startsWith("docker compose config")) {
      return new Output(0, files.toString(), "");
    }
    if (line.startsWith("docker ps")) {
      return new Output(0, containers.isEmpty() ? "" : "a\nb\n", "");
    }
    if (line.startsWith("docker inspect")) {
      return new Output(0, containers.toString(), "");
    }
    return answers.entrySet().stream()
        .filter(answer -> line.startsWith(answer.getKey()))
        .max(java.util.Comparator.comparing(answer -> answer.getKey().length()))
        .map(Map.Entry::getValue)
        .orElseThrow(() -> new IOException("no program " + command.getFirst()));
  }
}
