package io.ruche.aiproxy.form;

import java.util.Set;

/** What a form is for, and so what has to be in it. */
public enum FormKind {
  /** Sound for the model that it names: a file, or the address of one. */
  AUDIO("model and file"),
  /** A file to be kept, for which no model is asked. */
  FILE("purpose and file");

  private static final Set<String> OF_AUDIO = Set.of("model", "stream", "file", "url");
  private static final Set<String> OF_FILE = Set.of("purpose", "file");

  private final String required;

  FormKind(String required) {
    this.required = required;
  }

  /** Its required fields, as a phrase. */
  String required() {
    return required;
  }

  /** Whether a field, in lower case, has a meaning in it; such a field comes once. */
  boolean knows(String field) {
    return switch (this) {
      case AUDIO -> OF_AUDIO.contains(field);
      case FILE -> OF_FILE.contains(field);
    };
  }
}
