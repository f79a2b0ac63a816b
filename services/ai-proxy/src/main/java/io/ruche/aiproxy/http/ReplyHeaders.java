package io.ruche.aiproxy.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/**
 * Which headers of a provider's answer reach the client: what describes the body and what tells
 * limits. The rest belongs to the provider's connection or site (cookies among it, which would be
 * shared by every tenant).
 */
final class ReplyHeaders {

  private ReplyHeaders() {}

  /** Copies them; the provider's request id takes a name of its own beside Ruche's. */
  static void copy(MultiMap from, HttpServerResponse to) {
    MultiMap target = to.headers();
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey();
      if (isKept(name)) {
        target.add(name, header.getValue());
      } else if (name.equalsIgnoreCase("x-request-id")) {
        target.set("x-upstream-request-id", header.getValue());
      }
    }
  }

  private static boolean isKept(String name) {
    return switch (name.length()) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> false;
      default ->
          switch (name.charAt(0)) {
            case 'x', 'X' ->
                startsWith(name, "x-ratelimit-")
                    || startsWith(name, "x-groq-")
                    || name.equalsIgnoreCase("x-should-retry");
            case 'r', 'R' ->
                name.equalsIgnoreCase("retry-after") || name.equalsIgnoreCase("retry-after-ms");
            case 'c', 'C' ->
                name.equalsIgnoreCase("content-type") || name.equalsIgnoreCase("content-encoding");
            case 'o', 'O' -> startsWith(name, "openai-");
            default -> false;
          };
    };
  }

  private static boolean startsWith(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }
}
