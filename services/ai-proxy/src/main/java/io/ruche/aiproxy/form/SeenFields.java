package io.ruche.aiproxy.form;

import io.ruche.aiproxy.operation.FieldFailures;
import java.util.HashSet;
import java.util.Set;

/** The fields of a form that matter here, each of which comes once. Not thread-safe. */
final class SeenFields {

  private final FormKind kind;
  private final Set<String> seen = new HashSet<>();

  SeenFields(FormKind kind) {
    this.kind = kind;
  }

  /**
   * One more part. A field given twice is read one way here and maybe another way by the provider.
   *
   * @throws io.ruche.http.Failure 400 when it was there already, or does not go with the others
   */
  void add(PartHeaders part) {
    String name = part.name();
    if (!kind.knows(name)) {
      return;
    }
    if (!seen.add(name)) {
      throw FieldFailures.wrong(
          "duplicate_parameter", name, name + " is given twice; give it once.");
    }
    if (part.file() && !name.equals("file")) {
      throw FieldFailures.wrong(
          "invalid_value", name, name + " must be a field and not a file; send no filename.");
    }
    if (seen.contains("file") && seen.contains("url")) {
      throw FieldFailures.wrong(
          "invalid_value", "url", "Send one of file and url: it is one sound that is transcribed.");
    }
  }

  /** Whether a field has come. */
  boolean has(String name) {
    return seen.contains(name);
  }
}
