package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What the Compose files say: images that are held to a version, and ports that others reach. */
final class ComposeCheck implements Check {

  /** A tag that names one version has a digit after a digit and a dot or a date. */
  private static final Pattern VERSION = Pattern.compile(".*\\d+[.-]\\d+.*");

  /** What a reverse proxy is for. */
  private static final Set<String> PUBLIC = Set.of("80/tcp", "443/tcp", "443/udp");

  /** Right where it was asked for: WireGuard, and MQTT with TLS. */
  private static final Set<String> OPTIONAL = Set.of("51820/udp", "8883/tcp");

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1");

  private final Stack stack;

  ComposeCheck(Stack stack) {
    this.stack = stack;
  }

  @Override
  public String part() {
    return "versions and ports";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> found = new ArrayList<>();
    Set<String> withoutDigest = new TreeSet<>();
    for (Map.Entry<String, JsonNode> service : stack.services().properties()) {
      image(service.getKey(), service.getValue().path("image").asText(), withoutDigest, found);
      for (JsonNode port : service.getValue().path("ports")) {
        port(service.getKey(), port, found);
      }
    }
    if (!withoutDigest.isEmpty()) {
      found.add(
          Finding.advice(
              "image.no-digest",
              String.join(", ", withoutDigest),
              "Whoever has the registry can put another content under these versions.",
              "Set their *_DIGEST in .env, which tells how."));
    }
    return found;
  }

  private static void image(
      String service, String image, Set<String> withoutDigest, List<Finding> found) {
    String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
    int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
    String tag = colon < 0 ? "" : name.substring(colon + 1);
    boolean own = name.startsWith("ruche/");
    boolean names = own ? !tag.isEmpty() && !tag.equals("latest") : VERSION.matcher(tag).matches();
    if (!names) {
      found.add(
          Finding.problem(
              "image.version",
              service + ": " + image,
              "Its tag names no single version, so that a pull may bring another one.",
              "Name the full version, such as 2.0.22."));
    }
    if (!own && !image.contains("@sha256:")) {
      withoutDigest.add(name);
    }
  }

  private static void port(String service, JsonNode port, List<Finding> found) {
    String published = port.path("published").asText();
    if (published.isEmpty() || LOOPBACK.contains(port.path("host_ip").asText())) {
      return;
    }
    String which = published + "/" + port.path("protocol").asText("tcp");
    if (OPTIONAL.contains(which)) {
      found.add(
          Finding.advice(
              "port.optional",
              service + ": " + which,
              "Everybody reaches it.",
              "Right for a VPN or for devices outside; otherwise publish it on 127.0.0.1."));
    } else if (!PUBLIC.contains(which)) {
      found.add(
          Finding.problem(
              "port.public",
              service + ": " + which,
              "Everybody reaches it, past UFW as well, since Docker's ports do not go through it.",
              "Publish 127.0.0.1:" + published + ":" + port.path("target").asText() + "."));
    }
  }
}
