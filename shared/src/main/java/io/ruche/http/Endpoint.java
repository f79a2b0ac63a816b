package io.ruche.http;

import io.vertx.core.http.HttpMethod;

/**
 * One operation of an API: a method and a path template as OpenAPI writes it, {@code
 * /v1/keys/{id}}.
 */
public record Endpoint(HttpMethod method, String template) {

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
}
