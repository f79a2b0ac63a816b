package io.ruche.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * RFC 9457 problem details. {@code type} is {@code urn:ruche:problem:<code>}: absolute, so it means
 * the same whichever service answered, and made from the code, so it is as stable. Beyond the
 * standard members there are {@code code}, {@code request_id}, and {@code errors} when several
 * things were wrong.
 */
public final class ProblemJson implements ErrorBody {

  /** Before the code in {@code type}. */
  public static final String TYPE_PREFIX = "urn:ruche:problem:";

  @Override
  public String contentType() {
    return "application/problem+json";
  }

  @Override
  public Buffer encode(Failure failure, String requestId, String path) {
    JsonObject problem =
        new JsonObject()
            .put("type", TYPE_PREFIX + failure.code())
            .put("title", failure.title())
            .put("status", failure.status())
            .put("detail", failure.detail())
            .put("instance", path)
            .put("code", failure.code())
            .put("request_id", requestId);
    if (!failure.flaws().isEmpty()) {
      JsonArray errors = new JsonArray();
      for (Failure.Flaw flaw : failure.flaws()) {
        errors.add(new JsonObject().put("where", flaw.where()).put("detail", flaw.detail()));
      }
      problem.put("errors", errors);
    }
    return problem.toBuffer();
  }
}
