package io.ruche.embedservice.index.filter;

/** A filter that cannot be read: where, as a JSON pointer into it, and what would be right. */
public final class FilterException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String pointer;

  FilterException(String pointer, String detail) {
    super(detail);
    this.pointer = pointer;
  }

  /** A JSON pointer; empty for the whole filter. */
  public String pointer() {
    return pointer;
  }

  /** What would be right. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
