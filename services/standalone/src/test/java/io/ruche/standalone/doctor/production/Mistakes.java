package io.ruche.standalone.doctor.production;

import io.ruche.standalone.doctor.Programs.Output;
import io.ruche.standalone.doctor.production.ProductionChecksTest.Mistake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** For each finding a mistake that makes it, and no other. */
final class Mistakes {

  private static final String REST = "RUCHE_BACKUPS=../backups\nRUCHE_QDRANT_URL=x\n";
  private static final String ENV = "PUBLIC_DOMAIN=example.org\n" + REST;
  private static final String WEAK = "redis://admin:password123@redis-bus:6379";

  private Mistakes() {}

  static Map<String, Mistake> all() {
    Map<String, Mistake> all = new HashMap<>();
    settings(all);
    secrets(all);
    files(all);
    containers(all);
    server(all);
    certificates(all);
    alarmsAndBackups(all);
    return all;
  }

  private static void settings(Map<String, Mistake> all) {
    all.put(
        "env.missing",
        stack -> {
          Files.delete(stack.compose.resolve(".env"));
          stack.service("caddy").remove("ports");
        });
    all.put("env.mode", stack -> GoodStack.mode(stack.compose.resolve(".env"), "rw-r-----"));
    all.put("env.incomplete", stack -> stack.env("PUBLIC_DOMAIN=example.org\nRUCHE_BACKUPS=\n"));
    all.put("env.unknown", stack -> stack.env(ENV + "PUBLIC_DOMIAN=example.org\n"));
    all.put("env.twice", stack -> stack.env(ENV + REST));
    all.put(
        "env.weak",
        stack -> {
          stack.env(ENV + "GROQ_API_KEY=changeme\n");
          GoodStack.write(stack.compose.resolve(".env.example"), ENV + "GROQ_API_KEY=\n");
        });
  }

  private static void secrets(Map<String, Mistake> all) {
    all.put(
        "secrets.no-folder",
        stack -> Files.move(stack.compose.resolve("secrets"), stack.compose.resolve("elsewhere")));
    all.put(
        "secrets.folder-mode",
        stack -> GoodStack.mode(stack.compose.resolve("secrets"), "rwxr-x---"));
    all.put(
        "secrets.file-mode",
        stack -> GoodStack.mode(stack.compose.resolve("secrets/qdrant-api-key"), "rw-rw-r--"));
    all.put("secrets.empty", stack -> stack.secret("qdrant-api-key", " \n"));
    all.put("secrets.weak", stack -> stack.secret("admin-redis-url", WEAK));
    all.put(
        "secrets.shared",
        stack ->
            stack.secret(
                "another", Files.readString(stack.compose.resolve("secrets/qdrant-api-key"))));
    all.put(
        "secrets.missing",
        stack ->
            stack
                .files
                .withObject("/secrets/x")
                .put("file", stack.compose.resolve("secrets/x").toString()));
    all.put(
        "secrets.in-compose",
        stack ->
            ((com.fasterxml.jackson.databind.node.ObjectNode)
                    stack.service("redis-bus").path("environment"))
                .put("REDIS_PASSWORD", "ruche"));
  }

  private static void files(Map<String, Mistake> all) {
    all.put(
        "engine.away",
        stack -> stack.answers.put("docker version", new Output(1, "", "Cannot connect")));
    all.put("engine.old", stack -> stack.answers.put("docker version", ok("19.03.8")));
    all.put("engine.boot", stack -> answer(stack, "systemctl is-enabled docker", 1, "disabled"));
    all.put("engine.boot-unknown", stack -> stack.answers.remove("systemctl is-enabled docker"));
    all.put("compose.away", stack -> stack.answers.remove("docker compose version"));
    all.put("compose.old", stack -> stack.answers.put("docker compose version", ok("v2.23.3")));
    all.put("image.version", stack -> image(stack, "redis:latest@sha256:ab"));
    all.put("image.no-digest", stack -> image(stack, "redis:7.2.11"));
    all.put("port.public", stack -> port(stack, "6379", "tcp"));
    all.put("port.optional", stack -> port(stack, "51820", "udp"));
  }

  private static void containers(Map<String, Mistake> all) {
    all.put("container.missing", stack -> stack.containers.remove(0));
    all.put(
        "container.job-failed",
        stack ->
            ((com.fasterxml.jackson.databind.node.ObjectNode) stack.containers.get(2).path("State"))
                .put("ExitCode", 1));
    all.put("container.down", stack -> stack.container("State").put("Running", false));
    all.put("container.unhealthy", stack -> health(stack, "unhealthy"));
    all.put("container.starting", stack -> health(stack, "starting"));
    all.put("container.no-health", stack -> stack.container("State").remove("Health"));
    all.put("container.out-of-memory", stack -> stack.container("State").put("OOMKilled", true));
    all.put("container.restarts", stack -> stack.container().put("RestartCount", 7));
    all.put("container.outdated", stack -> stack.container("Config").put("Image", "redis:7.2.10"));
    all.put("container.root", stack -> stack.container("Config").put("User", "root:root"));
    all.put(
        "container.writable", stack -> stack.container("HostConfig").put("ReadonlyRootfs", false));
    all.put("container.capabilities", stack -> stack.container("HostConfig").putNull("CapDrop"));
    all.put("container.privileges", stack -> stack.container("HostConfig").put("Privileged", true));
    all.put(
        "container.engine",
        stack ->
            stack.container().putArray("Mounts").addObject().put("Source", "/var/run/docker.sock"));
    all.put(
        "container.public",
        stack ->
            stack
                .container("HostConfig")
                .putObject("PortBindings")
                .putArray("6379/tcp")
                .addObject()
                .put("HostIp", "0.0.0.0")
                .put("HostPort", "6379"));
    all.put("container.limits", stack -> stack.container("HostConfig").put("PidsLimit", 0));
    all.put(
        "container.restart",
        stack -> stack.container("HostConfig", "RestartPolicy").put("Name", "no"));
    all.put(
        "container.log",
        stack -> stack.container("HostConfig", "LogConfig", "Config").remove("max-size"));
  }

  private static void server(Map<String, Mistake> all) {
    all.put(
        "server.overcommit",
        stack -> GoodStack.write(stack.root.resolve("proc/sys/vm/overcommit_memory"), "0\n"));
    all.put("server.memory", stack -> memory(stack, 900_000, 500_000));
    all.put("server.memory-used", stack -> memory(stack, 4_000_000, 100_000));
    all.put(
        "server.memory-promised",
        stack -> stack.container("HostConfig").put("Memory", 5_000_000_000L));
    all.put("server.disk", stack -> stack.freeBytes = 9_000_000_000L);
    all.put("server.disk-unknown", stack -> stack.hidden = stack.home);
    all.put("server.clock", stack -> stack.answers.put("timedatectl show", ok("no")));
    all.put("server.clock-unknown", stack -> stack.answers.remove("timedatectl show"));
    all.put(
        "server.reboot",
        stack -> GoodStack.write(stack.root.resolve("var/run/reboot-required"), ""));
    all.put(
        "hardening.firewall.active",
        stack ->
            answer(
                stack,
                "bash",
                1,
                """
                {"items": [{"state": "open", "id": "firewall.active", "where": "UFW",
                  "what": "It is off.", "mend": "host/harden.sh"}]}
                """));
  }

  private static void certificates(Map<String, Mistake> all) {
    all.put("certificate.expired", stack -> certificate(stack, "expired"));
    all.put("certificate.expires", stack -> certificate(stack, "ending"));
    all.put(
        "certificate.broken",
        stack ->
            GoodStack.write(stack.home.resolve("configs/mqtt/certs/server/server.crt"), "mine"));
    all.put(
        "certificate.key-mode",
        stack -> {
          Path key = stack.home.resolve("configs/mqtt/certs/ca.key");
          GoodStack.write(key, "key");
          GoodStack.mode(key, "rw-r--r--");
          GoodStack.mode(stack.home.resolve("configs/mqtt/certs"), "rwxr-xr-x");
        });
    all.put("certificate.name", stack -> stack.shown = stack.certificates.get("other"));
    all.put("certificate.untrusted", stack -> stack.trusted = false);
    all.put("certificate.away", stack -> stack.answersTls = false);
  }

  private static void alarmsAndBackups(Map<String, Mistake> all) {
    all.put(
        "alerts.none",
        stack -> {
          stack.files.withObject("/services").remove("alertmanager");
          stack.containers.remove(1);
        });
    all.put(
        "alerts.nobody",
        stack -> alertmanager(stack, "route: {receiver: me}\nreceivers: [{name: me}]\n"));
    all.put(
        "alerts.no-route",
        stack -> alertmanager(stack, "receivers: [{name: me, email_configs: [{to: x}]}]\n"));
    all.put(
        "alerts.receiver",
        stack ->
            alertmanager(
                stack,
                """
                route: {receiver: me, routes: [{receiver: you}]}
                receivers: [{name: me, email_configs: [{to: x}]}]
                """));
    all.put("backup.none", stack -> Files.delete(backup(stack).resolve("SHA256SUMS")));
    all.put("backup.mode", stack -> GoodStack.mode(stack.home.resolve("backups"), "rwxr-xr-x"));
    all.put(
        "backup.old",
        stack ->
            Files.setLastModifiedTime(
                backup(stack).resolve("SHA256SUMS"),
                FileTime.from(GoodStack.NOW.minus(Duration.ofDays(3)))));
    all.put("backup.damaged", stack -> Files.delete(backup(stack).resolve("postgres.sql.gz")));
  }

  private static Output ok(String out) {
    return new Output(0, out + "\n", "");
  }

  private static void answer(GoodStack stack, String command, int exit, String out) {
    stack.answers.put(command, new Output(exit, out, ""));
  }

  private static void image(GoodStack stack, String image) {
    stack.service("redis-bus").put("image", image);
    stack.container("Config").put("Image", image);
  }

  private static void port(GoodStack stack, String port, String protocol) {
    stack
        .service("redis-bus")
        .putArray("ports")
        .addObject()
        .put("published", port)
        .put("target", 6379)
        .put("protocol", protocol);
  }

  private static void health(GoodStack stack, String status) {
    stack.container("State", "Health").put("Status", status);
  }

  private static void memory(GoodStack stack, int total, int available) throws Exception {
    GoodStack.write(
        stack.root.resolve("proc/meminfo"),
        "MemTotal: %d kB\nMemAvailable: %d kB\nSwapTotal: 0 kB\n".formatted(total, available));
  }

  private static void certificate(GoodStack stack, String name) throws Exception {
    stack.certificates.write(name, stack.home.resolve("configs/mqtt/certs/server/server.crt"));
  }

  private static void alertmanager(GoodStack stack, String text) throws Exception {
    GoodStack.write(stack.home.resolve("monitoring/alertmanager/alertmanager.yml"), text);
  }

  private static Path backup(GoodStack stack) {
    return stack.home.resolve("backups/20261122T010000Z");
  }
}
