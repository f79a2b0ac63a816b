package io.ruche.store;

import io.ruche.config.Secret;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL is and as whom to ask it, read from {@code
 * postgresql://user:password@host:5432/database?sslmode=verify-full}.
 *
 * @param host name or address; an IPv6 address without its brackets
 */
public record PostgresUrl(
    String host, int port, String database, String user, Secret password, Tls tls) {

  /** How the connection is secured, as libpq's {@code sslmode} names it. */
  public enum Tls {
    /** Plain text: for loopback and private networks. */
    DISABLE,
    /** Encrypted, but the server's certificate is not checked. */
    REQUIRE,
    /** Encrypted, and the certificate must be trusted by the JDK and name the host. */
    VERIFY_FULL;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final int DEFAULT_PORT = 5432;
  private static final String SHAPE = "postgresql://user:password@host:port/database";

  /**
   * Reads a URL; user and password may be percent-encoded.
   *
   * @throws IllegalArgumentException says what is wrong without repeating any of the URL, which may
   *     hold the password in an unexpected place
   */
  public static PostgresUrl parse(String url) {
    URI uri = uri(url);
    String authority = uri.getRawAuthority();
    if (authority == null) {
      throw wrong("it has no host");
    }
    int at = authority.lastIndexOf('@');
    if (at < 1) {
      throw wrong("it has no user");
    }
    String credentials = authority.substring(0, at);
    int colon = credentials.indexOf(':');
    String user = decoded(colon < 0 ? credentials : credentials.substring(0, colon));
    String password = colon < 0 ? "" : decoded(credentials.substring(colon + 1));
    String place = authority.substring(at + 1);
    // A colon inside the brackets of an IPv6 address is not the port's.
    int port = place.lastIndexOf(':') > place.lastIndexOf(']') ? place.lastIndexOf(':') : -1;
    String host = port < 0 ? place : place.substring(0, port);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    String path = uri.getRawPath();
    String database = path == null || path.length() < 2 ? user : decoded(path.substring(1));
    if (host.isEmpty() || user.isEmpty() || database.contains("/")) {
      throw wrong("host, user or database is not usable");
    }
    return new PostgresUrl(
        host,
        port < 0 ? DEFAULT_PORT : port(place.substring(port + 1)),
        database,
        user,
        new Secret(password),
        tls(uri.getRawQuery()));
  }

  /** {@code host:port/database}: what logs and errors may show. */
  public String address() {
    return bracketedHost() + ":" + port + "/" + database;
  }

  /** The same place for the JDBC driver, without user and password. */
  String jdbc() {
    // The driver decodes the database's name; form encoding would turn its spaces into pluses.
    String name = java.net.URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    return "jdbc:postgresql://" + bracketedHost() + ":" + port + "/" + name;
  }

  /** What the JDBC driver is to hold itself to; without user and password. */
  Map<String, String> jdbcProperties(String application, Duration connect, Duration answer) {
    return Map.of(
        "sslmode", tls.word(),
        "connectTimeout", Long.toString(Math.max(1, connect.toSeconds())),
        "socketTimeout", Long.toString(Math.max(1, answer.toSeconds())),
        "ApplicationName", application);
  }

  private String bracketedHost() {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static URI uri(String url) {
    try {
      URI uri = URI.create(url.strip());
      if ("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException unreadable) {
      // Its message repeats the URL, and so the password.
      throw wrong("a character in it must be percent-encoded (in a password '@' is %40, '/' %2F)");
    }
    throw wrong("it does not begin with postgresql://");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw wrong("a percent sign in it is not followed by two hex digits");
    }
  }

  private static int port(String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port > 0 && port < 65_536) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for every wrong port.
    }
    throw wrong("its port is not a number from 1 to 65535");
  }

  private static Tls tls(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return Tls.DISABLE;
    }
    for (Tls tls : Tls.values()) {
      if (query.equals("sslmode=" + tls.word())) {
        return tls;
      }
    }
    throw wrong("after '?' only sslmode=disable, sslmode=require or sslmode=verify-full may stand");
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("the PostgreSQL URL is not " + SHAPE + ": " + what);
  }
}
