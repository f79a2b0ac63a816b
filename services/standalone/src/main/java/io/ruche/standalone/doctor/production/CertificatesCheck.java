package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Certificates: the broker's files, and what the reverse proxy shows. */
final class CertificatesCheck implements Check {

  /** A proxy renews by itself a month before the end, so that this is late. */
  private static final Duration SOON = Duration.ofDays(21);

  private static final List<String> NAMES = List.of("ai", "documents");
  private static final int DNS_NAME = 2;

  private final Stack stack;
  private final Clock clock;
  private final Asking asking;

  CertificatesCheck(Stack stack, Clock clock, Asking asking) {
    this.stack = stack;
    this.clock = clock;
    this.asking = asking;
  }

  /** Asks a server for its certificate, as {@link Handshake} does. */
  interface Asking {
    Handshake.Shown ask(InetSocketAddress server, String name) throws IOException;
  }

  @Override
  public String part() {
    return "certificates";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> found = new ArrayList<>();
    Path configs = stack.home().resolve("configs");
    if (Files.isDirectory(configs)) {
      List<Path> folders;
      try (Stream<Path> listed = Files.list(configs)) {
        folders = listed.map(one -> one.resolve("certs")).filter(Files::isDirectory).toList();
      }
      for (Path folder : folders) {
        files(folder, found);
      }
    }
    try {
      proxy(found);
    } catch (IOException failure) {
      found.add(Finding.unlooked(part(), failure));
    }
    return found;
  }

  private void files(Path folder, List<Finding> found) throws IOException {
    boolean closed =
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)).endsWith("------");
    List<Path> files;
    try (Stream<Path> walked = Files.walk(folder)) {
      files = walked.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = file.toString();
      if (name.endsWith(".crt") || name.endsWith(".pem")) {
        file(file, found);
      } else if (name.endsWith(".key")
          && !closed
          && !PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
              .endsWith("------")) {
        found.add(
            Finding.problem(
                "certificate.key-mode",
                name,
                "Others than its owner may read this private key.",
                "chmod 700 " + folder));
      }
    }
  }

  private void file(Path file, List<Finding> found) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      expiry(
          file.toString(),
          certificate,
          "Delete it, configs/mqtt/make-certs.sh again, docker compose restart mosquitto",
          found);
    } catch (CertificateException broken) {
      found.add(
          Finding.problem(
              "certificate.broken",
              file.toString(),
              "It is not a certificate: " + broken.getMessage(),
              "Put the certificate there as PEM."));
    }
  }

  private void expiry(String where, X509Certificate certificate, String mend, List<Finding> found) {
    Instant end = certificate.getNotAfter().toInstant();
    Instant now = clock.instant();
    if (end.isBefore(now)) {
      found.add(
          Finding.problem("certificate.expired", where, "It has expired at " + end + ".", mend));
    } else if (end.isBefore(now.plus(SOON))) {
      found.add(Finding.problem("certificate.expires", where, "It expires at " + end + ".", mend));
    }
  }

  private void proxy(List<Finding> found) throws IOException {
    String domain = stack.settings().value("PUBLIC_DOMAIN");
    for (JsonNode service : stack.services()) {
      for (JsonNode port : service.path("ports")) {
        int target = port.path("target").asInt();
        boolean https = target == 443 || target == 8443;
        if (https && port.path("protocol").asText("tcp").equals("tcp") && !domain.isEmpty()) {
          String host = port.path("host_ip").asText("");
          InetSocketAddress server =
              new InetSocketAddress(
                  host.isEmpty() || host.equals("0.0.0.0")
                      ? InetAddress.getLoopbackAddress()
                      : InetAddress.getByName(host),
                  port.path("published").asInt());
          for (String name : NAMES) {
            shown(server, name + "." + domain, found);
          }
        }
      }
    }
  }

  private void shown(InetSocketAddress server, String name, List<Finding> found) {
    String mend = "The proxy's log says why; the name must point here and port 80 be open.";
    try {
      Handshake.Shown shown = asking.ask(server, name);
      expiry(name, shown.certificate(), mend, found);
      if (!covers(shown.certificate(), name)) {
        found.add(
            Finding.problem(
                "certificate.name", name, "The certificate there is not for this name.", mend));
      } else if (!shown.trusted()) {
        found.add(
            Finding.problem(
                "certificate.untrusted",
                name,
                "No browser trusts the authority of the certificate there.",
                mend));
      }
    } catch (IOException failure) {
      found.add(
          Finding.problem(
              "certificate.away",
              name,
              "The proxy does not answer with TLS at "
                  + server.getPort()
                  + ": "
                  + failure.getMessage(),
              mend));
    }
  }

  private static boolean covers(X509Certificate certificate, String name) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null) {
        return false;
      }
      String wildcard = "*" + name.substring(name.indexOf('.'));
      return names.stream()
          .filter(one -> Integer.valueOf(DNS_NAME).equals(one.get(0)))
          .map(one -> String.valueOf(one.get(1)))
          .anyMatch(one -> one.equalsIgnoreCase(name) || one.equalsIgnoreCase(wildcard));
    } catch (CertificateParsingException broken) {
      return false;
    }
  }
}
