package io.ruche.http.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.http.ErrorBody;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's error object, {@code {"error": {"message", "type", "param", "code"}}}, as every OpenAI
 * client reads it.
 */
public final class OpenAiErrors implements ErrorBody {

  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public Buffer encode(Failure failure, String requestId, String path) {
    return encode(failure);
  }

  /** The error object for a failure. */
  public static Buffer encode(Failure failure) {
    JsonObject error =
        new JsonObject()
            .put("message", failure.detail())
            .put("type", type(failure))
            .put("param", param(failure))
            .put("code", code(failure));
    return new JsonObject().put("error", error).toBuffer();
  }

  /**
   * Where it is one field of the request, its name as OpenAI writes it: {@code messages.0.role}.
   */
  private static @Nullable String param(Failure failure) {
    if (failure.flaws().isEmpty()) {
      return null;
    }
    String where = failure.flaws().get(0).where();
    if (where.startsWith("query ")) {
      return where.substring("query ".length());
    }
    return where.startsWith("/") ? where.substring(1).replace('/', '.') : where;
  }

  private static String type(Failure failure) {
    return switch (failure.status()) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 ->
          failure.code().equals("insufficient_quota") ? "insufficient_quota" : "rate_limit_error";
      default -> {
        if (failure.status() < 500) {
          yield "invalid_request_error";
        }
        boolean upstream =
            failure.code().startsWith("upstream_") || failure.code().startsWith("provider_");
        yield upstream ? "upstream_error" : "server_error";
      }
    };
  }

  /** Two codes that programs written for OpenAI switch on have OpenAI's names. */
  private static String code(Failure failure) {
    return switch (failure.code()) {
      case "unauthorized" -> "invalid_api_key";
      case "too_many_requests" -> "rate_limit_exceeded";
      default -> failure.code();
    };
  }

  /** Whether a body is a JSON object whose {@code error} is an object, as OpenAI's are. */
  public static boolean isErrorObject(Buffer body) {
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      boolean found = false;
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        found |= parser.nextToken() == JsonToken.START_OBJECT && field.equals("error");
        parser.skipChildren();
      }
      return found && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
