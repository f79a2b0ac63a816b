package io.ruche.http.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.ruche.http.Failure;
import io.ruche.http.Failure.Flaw;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds the requests of one operation against its contract. */
final class OperationGuard implements Handler<RoutingContext> {

  static final String JSON = "ruche.json";

  private static final int MAX_FLAWS = 8;

  private record Parameter(String name, String in, boolean required, SchemaCheck check) {}

  private final List<Parameter> parameters;
  private final boolean bodyRequired;
  private final List<String> contentTypes;
  private final @Nullable SchemaCheck body;

  OperationGuard(JsonObject document, JsonObject path, JsonObject operation) {
    Map<String, Parameter> byPlace = new LinkedHashMap<>();
    for (JsonObject owner : List.of(path, operation)) {
      JsonArray declared = owner.getJsonArray("parameters", new JsonArray());
      for (int i = 0; i < declared.size(); i++) {
        Parameter parameter =
            parameter(document, LocalRef.follow(document, declared.getJsonObject(i)));
        byPlace.put(parameter.in() + " " + parameter.name(), parameter);
      }
    }
    this.parameters = List.copyOf(byPlace.values());
    JsonObject requestBody =
        LocalRef.follow(document, operation.getJsonObject("requestBody", new JsonObject()));
    JsonObject content = requestBody.getJsonObject("content", new JsonObject());
    this.bodyRequired = requestBody.getBoolean("required", false);
    this.contentTypes = List.copyOf(content.fieldNames());
    this.body = jsonCheck(document, content);
  }

  private static Parameter parameter(JsonObject document, JsonObject declared) {
    String in = declared.getString("in");
    return new Parameter(
        declared.getString("name"),
        in,
        declared.getBoolean("required", in.equals("path")),
        new SchemaCheck(document, declared.getJsonObject("schema", new JsonObject())));
  }

  private static @Nullable SchemaCheck jsonCheck(JsonObject document, JsonObject content) {
    for (String type : content.fieldNames()) {
      if (isJson(type)) {
        JsonObject schema = content.getJsonObject(type).getJsonObject("schema", new JsonObject());
        return new SchemaCheck(document, schema);
      }
    }
    return null;
  }

  @Override
  public void handle(RoutingContext ctx) {
    List<Flaw> flaws = new ArrayList<>();
    for (Parameter parameter : parameters) {
      checkParameter(ctx, parameter, flaws);
    }
    if (body != null) {
      checkBody(ctx, body, flaws);
    }
    if (flaws.isEmpty()) {
      ctx.next();
      return;
    }
    List<Flaw> told = flaws.subList(0, Math.min(flaws.size(), MAX_FLAWS));
    Flaw first = told.get(0);
    String more = flaws.size() == 1 ? "" : " (and " + (flaws.size() - 1) + " more)";
    throw Failure.unprocessable(first.where() + " " + first.detail() + more, told);
  }

  private static void checkParameter(RoutingContext ctx, Parameter parameter, List<Flaw> flaws) {
    String where = parameter.in() + " " + parameter.name();
    List<String> given =
        switch (parameter.in()) {
          case "query" -> ctx.queryParam(parameter.name());
          case "header" -> ctx.request().headers().getAll(parameter.name());
          case "path" -> {
            String value = ctx.pathParam(parameter.name());
            yield value == null ? List.of() : List.of(value);
          }
          default -> List.of();
        };
    if (given.isEmpty()) {
      if (parameter.required()) {
        flaws.add(new Flaw(where, "is missing; expected " + parameter.check().expected()));
      }
      return;
    }
    if (given.size() > 1 && !parameter.check().allowsArray()) {
      flaws.add(new Flaw(where, "is given " + given.size() + " times; expected once"));
      return;
    }
    parameter.check().checkText(given, where, flaws);
  }

  private void checkBody(RoutingContext ctx, SchemaCheck check, List<Flaw> flaws) {
    Buffer bytes = ctx.body().buffer();
    if (bytes == null || bytes.length() == 0) {
      if (bodyRequired) {
        flaws.add(new Flaw("body", "is missing; expected " + check.expected()));
      }
      return;
    }
    String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && !isJson(type)) {
      if (declares(type)) {
        // Another body that the contract allows here, such as raw bytes: not for this check.
        return;
      }
      throw Failure.unsupportedMediaType(
          "The Content-Type is "
              + SchemaCheck.brief(type)
              + "; this path reads "
              + String.join(", ", contentTypes)
              + ".");
    }
    Object value = parse(bytes);
    check.check(value, flaws);
    if (value instanceof JsonObject object) {
      ctx.put(JSON, object);
    }
  }

  private static @Nullable Object parse(Buffer bytes) {
    try {
      return Json.decodeValue(bytes);
    } catch (DecodeException e) {
      if (e.getCause() instanceof JsonProcessingException cause && cause.getLocation() != null) {
        throw Failure.badRequest(
            "The body is not valid JSON at line "
                + cause.getLocation().getLineNr()
                + ", column "
                + cause.getLocation().getColumnNr()
                + ": "
                + SchemaCheck.oneLine(cause.getOriginalMessage()));
      }
      throw Failure.badRequest("The body is not valid JSON: it must be one value, complete.");
    }
  }

  private boolean declares(String type) {
    String plain = mediaType(type);
    for (String declared : contentTypes) {
      String wanted = mediaType(declared);
      if (wanted.equals(plain)
          || wanted.equals("*/*")
          || (wanted.endsWith("/*")
              && plain.startsWith(wanted.substring(0, wanted.length() - 1)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isJson(String type) {
    String plain = mediaType(type);
    return plain.equals("application/json") || plain.endsWith("+json");
  }

  private static String mediaType(String type) {
    int parameters = type.indexOf(';');
    String plain = parameters < 0 ? type : type.substring(0, parameters);
    return plain.trim().toLowerCase(Locale.ROOT);
  }
}
