package io.ruche.http;

import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * One operation of an API: a method and a path template as OpenAPI writes it, {@code
 * /v1/keys/{id}}.
 */
public record Endpoint(HttpMethod method, String template) {

  /** Longer paths are not compared: the work is quadratic and the caller is not a typist. */
  private static final int MAX_COMPARED = 128;

  @Override
  public String toString() {
    return method.name() + " " + template;
  }

  /** Whether a path, as it came, is one of the template's. */
  boolean matches(String path) {
    int t = 0;
    int p = 0;
    while (t < template.length()) {
      char c = template.charAt(t);
      if (c == '{') {
        int start = p;
        while (p < path.length() && path.charAt(p) != '/') {
          p++;
        }
        if (p == start) {
          return false;
        }
        t = template.indexOf('}', t) + 1;
      } else if (p < path.length() && path.charAt(p) == c) {
        t++;
        p++;
      } else {
        return false;
      }
    }
    return p == path.length() || (p == path.length() - 1 && path.charAt(p) == '/');
  }

  /**
   * A sentence that says that a path does not exist, with the nearest one that does, if any is
   * near.
   */
  static String missing(String path, List<Endpoint> endpoints) {
    String best = null;
    int least = Integer.MAX_VALUE;
    if (path.length() <= MAX_COMPARED) {
      for (Endpoint endpoint : endpoints) {
        int distance = distance(path, endpoint.template());
        if (distance < least) {
          least = distance;
          best = endpoint.toString();
        }
      }
    }
    boolean near = best != null && least <= Math.max(2, path.length() / 3);
    return "There is no such path."
        + (near ? " The nearest is " + best + "." : " GET /openapi.yaml lists those there are.");
  }

  /** Edits (insert, delete, replace) from one text to the other. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
