package io.ruche.aiproxy.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * The names that Ollama has for one model: {@code llama3}, {@code llama3:latest}, {@code
 * library/llama3} and {@code registry.ollama.ai/library/llama3:latest} are the same to it.
 */
final class OllamaNames {

  private static final String REGISTRY = "registry.ollama.ai/";
  private static final String LIBRARY = "library/";
  private static final String LATEST = ":latest";

  private OllamaNames() {}

  /** The name as it is given, and the others, in the case in which it is given. */
  static List<String> of(String model) {
    int scheme = model.indexOf("://");
    String bare = without(REGISTRY, scheme < 0 ? model : model.substring(scheme + 3));
    bare = without(LIBRARY, bare);
    int end = bare.length() - LATEST.length();
    if (end > 0 && bare.regionMatches(true, end, LATEST, 0, LATEST.length())) {
      bare = bare.substring(0, end);
    }
    List<String> names = new ArrayList<>(List.of(model, bare));
    boolean tagged = bare.lastIndexOf(':') > bare.lastIndexOf('/');
    if (!tagged) {
      names.add(bare + LATEST);
    }
    if (bare.indexOf('/') < 0) {
      names.add(LIBRARY + bare);
      if (!tagged) {
        names.add(LIBRARY + bare + LATEST);
      }
    }
    return names;
  }

  private static String without(String prefix, String name) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length())
        ? name.substring(prefix.length())
        : name;
  }
}
