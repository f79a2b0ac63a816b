package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.machine.ChildProcess;
import io.ruche.standalone.machine.ChildProcess.Progress;
import io.ruche.standalone.machine.OnPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An nginx with one worker, as a proxy or as the provider. */
final class Nginx {

  private static final Duration START = Duration.ofSeconds(10);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final int port;
  private final Path folder;
  private final Path config;
  private final ChildProcess process;

  private Nginx(String name, Path parent, int port, String http) throws IOException {
    this.port = port;
    folder = Files.createDirectories(parent.resolve(name));
    config = folder.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        user %s;
        worker_processes 1;
        daemon off;
        pid %2$s/pid;
        error_log stderr error;
        events { worker_connections 1024; }
        http {
          access_log off;
          # Longer bodies stay in memory too, as they do in ai-proxy.
          client_max_body_size 8m;
          client_body_buffer_size 1m;
          client_body_temp_path %2$s/body;
          proxy_temp_path %2$s/proxy;
          fastcgi_temp_path %2$s/fastcgi;
          uwsgi_temp_path %2$s/uwsgi;
          scgi_temp_path %2$s/scgi;
          keepalive_requests 1000000000;
        %3$s}
        """
            .formatted(System.getProperty("user.name"), folder, http));
    process = new ChildProcess(name, parent.resolve(name + ".log"), () -> {});
  }

  /** Debian puts it where only root's PATH looks. */
  static Optional<Path> installed() {
    return OnPath.find("nginx")
        .or(
            () ->
                Stream.of("/usr/sbin/nginx", "/usr/local/sbin/nginx")
                    .map(Path::of)
                    .filter(Files::isExecutable)
                    .findFirst());
  }

  /** Answers everything at once: a proxy in front of it waits for nothing. */
  static Nginx provider(Path parent, int port) throws IOException {
    return new Nginx(
        "nginx-provider",
        parent,
        port,
        """
          server {
            listen 127.0.0.1:%d;
            default_type application/json;
            location / { return 200 '%s'; }
          }
        """
            .formatted(port, Provider.ANSWER));
  }

  /** Passes everything on, over connections that it keeps. */
  static Nginx proxy(Path parent, int provider) throws IOException {
    int port = FreePort.find();
    return new Nginx(
        "nginx-proxy",
        parent,
        port,
        """
          upstream provider {
            server 127.0.0.1:%d;
            keepalive 64;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:%d;
            location / {
              proxy_pass http://provider;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        """
            .formatted(provider, port));
  }

  void start(Path binary) {
    process.start(
        List.of(binary.toString(), "-c", config.toString(), "-p", folder.toString()),
        () -> FreePort.answers(port) ? Progress.READY : Progress.STARTING,
        START,
        START);
  }

  int port() {
    return port;
  }

  ChildProcess process() {
    return process;
  }

  void stop() {
    process.stop(STOP);
  }
}
