package io.ruche.aiproxy.operation;

import io.ruche.http.Failure;
import java.util.List;

/** Refusals of one field of a request, as 400 that names it. */
public final class FieldFailures {

  private FieldFailures() {}

  /**
   * A field that is not there.
   *
   * @param kind what it has to be, as in "a string that names a model"
   */
  public static Failure missing(String field, String kind) {
    return wrong(
        "missing_required_parameter", field, field + " is missing; it must be " + kind + ".");
  }

  /**
   * A field that is wrong.
   *
   * @param code for programs
   * @param detail what is wrong and what would be right
   */
  public static Failure wrong(String code, String field, String detail) {
    return Failure.of(400, code, "The request has a field that is not valid", detail)
        .withFlaws(List.of(new Failure.Flaw("/" + field, detail)));
  }
}
