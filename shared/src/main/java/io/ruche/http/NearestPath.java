package io.ruche.http;

import java.util.List;

/** Finds the path that a caller probably meant. */
final class NearestPath {

  /** Longer paths are not compared: the work is quadratic and the caller is not a typist. */
  private static final int MAX_COMPARED = 128;

  private NearestPath() {}

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
  static int distance(String a, String b) {
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
