package io.ruche.embedservice.http.embeddings;

import io.ruche.http.Failure;
import io.ruche.http.Failure.Flaw;
import java.util.List;

/** What is wrong with a request, as OpenAI answers it: 400, naming the parameter. */
final class Refused {

  private Refused() {}

  /** A parameter of a value that cannot be. */
  static Failure parameter(String name, String detail) {
    return Failure.of(400, "invalid_value", "A parameter has a wrong value", detail)
        .withFlaws(List.of(new Flaw("/" + name, detail)));
  }

  /** A parameter that is not known. */
  static Failure unknown(String name) {
    String shown = name.length() > 60 ? name.substring(0, 60) + "..." : name;
    String detail =
        "Unrecognized request argument: %s. There are model, input, encoding_format, dimensions, user and input_type."
            .formatted(shown);
    return Failure.of(400, "unknown_parameter", "A parameter is not known", detail)
        .withFlaws(List.of(new Flaw("/" + shown, detail)));
  }
}
