package io.ruche.auth.web;

import io.ruche.http.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a request tells of the browser that sent it: its address, the way it came, the page. */
final class Browser {

  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f.:]{2,45}");

  private final Set<String> hosts;
  private final List<AddressRange> proxies;

  Browser(PagesConfig config) {
    this.hosts =
        config.hosts().stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.proxies = config.proxies().stream().map(AddressRange::parse).toList();
  }

  static boolean isSafe(HttpMethod method) {
    return SAFE.contains(method);
  }

  /**
   * Why a request is not from a page of ours; null when it may be. The name in Host must be one of
   * ours, since any name can be pointed at this address by who owns it; and who says which page
   * sends the request must name this host.
   */
  @Nullable Failure refusal(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    String host = authority == null ? "" : authority.host().toLowerCase(Locale.ROOT);
    if (!isOurs(host)) {
      return Failure.of(
          421,
          "unknown_host",
          "The page is not offered under this name",
          "This name is not one of pages.hosts in backbone.yaml. Open the page by the address of"
              + " the server, or add the name there.");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    boolean foreign = origin != null && !isAt(origin, request.getHeader(HttpHeaders.HOST));
    if (foreign || "cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
      return Failure.of(
          403,
          "foreign_origin",
          "Another site's page may not do this",
          "The request comes from a page of another site; use a key as 'Authorization: Bearer'.");
    }
    return null;
  }

  private boolean isOurs(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || IPV4.matcher(host).matches()
        || host.indexOf(':') >= 0
        || host.startsWith("[")
        || hosts.contains(host);
  }

  /** The scheme is left out: a proxy in front may have taken TLS off. */
  private static boolean isAt(String origin, @Nullable String host) {
    int authority = origin.indexOf("://");
    return authority > 0 && origin.substring(authority + 3).equalsIgnoreCase(host);
  }

  /** Whether the browser spoke TLS, to us or to a proxy that is believed. */
  boolean isSecure(HttpServerRequest request) {
    return request.isSSL()
        || (isProxy(peer(request))
            && "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto")));
  }

  /**
   * The address that tries are counted for: of IPv6 the network of 64 bits, which one customer has.
   */
  String address(HttpServerRequest request) {
    String address = peer(request);
    String forwarded = request.getHeader("X-Forwarded-For");
    if (forwarded != null && isProxy(address)) {
      String[] hops = forwarded.split(",", -1);
      for (int i = hops.length - 1; i >= 0 && isProxy(address); i--) {
        String hop = hops[i].strip();
        if (!ADDRESS.matcher(hop).matches()) {
          break;
        }
        address = plain(hop);
      }
    }
    return network(address);
  }

  private boolean isProxy(String address) {
    return proxies.stream().anyMatch(range -> range.contains(address));
  }

  private static String peer(HttpServerRequest request) {
    return request.remoteAddress() == null ? "" : plain(request.remoteAddress().hostAddress());
  }

  /** One spelling of the loopback address, as Java and people write it. */
  private static String plain(@Nullable String address) {
    String text = address == null ? "" : address.toLowerCase(Locale.ROOT);
    int zone = text.indexOf('%');
    String bare = zone < 0 ? text : text.substring(0, zone);
    return bare.equals("0:0:0:0:0:0:0:1") ? "::1" : bare;
  }

  private static String network(String address) {
    String[] parts = address.split(":", -1);
    return parts.length == 8
        ? parts[0] + ":" + parts[1] + ":" + parts[2] + ":" + parts[3] + "::/64"
        : address;
  }
}
