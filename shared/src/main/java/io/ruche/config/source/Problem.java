package io.ruche.config.source;

/**
 * One thing that is wrong with a configuration.
 *
 * @param source a YAML file's name, or a variable
 * @param line from 1; 0 when the problem has no line, as with a missing key or a variable
 * @param path the key's place in the file; the root for the file as a whole and for variables
 * @param text what is wrong, and what would be right
 */
public record Problem(String source, int line, KeyPath path, String text) {

  /** A problem with a variable. */
  public static Problem ofVariable(String name, String text) {
    return new Problem(name, 0, KeyPath.ROOT, text);
  }

  /**
   * In the form of compilers, which editors can jump to: {@code backbone.yaml:3: http.port: ...}.
   */
  @Override
  public String toString() {
    String place = line == 0 ? source : source + ":" + line;
    return path.equals(KeyPath.ROOT) ? place + ": " + text : place + ": " + path + ": " + text;
  }
}
