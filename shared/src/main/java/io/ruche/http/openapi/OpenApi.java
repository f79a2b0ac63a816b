package io.ruche.http.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.ruche.http.Endpoint;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * An OpenAPI 3.1 contract from the class path: served as it is, and held against requests by the
 * guard of each operation. Schemas are JSON Schema 2020-12, references are local ({@code
 * #/components/...}).
 *
 * <p>vertx-openapi is not used: 5.0.8 refuses contracts with {@code application/problem+json},
 * {@code text/event-stream} and other content types that these APIs answer with.
 */
public final class OpenApi {

  /** Where an API serves its contract; needs no entry in the contract itself. */
  public static final String PATH = "/openapi.yaml";

  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch");

  private final Buffer yaml;
  private final JsonObject document;

  private OpenApi(Buffer yaml, JsonObject document) {
    this.yaml = yaml;
    this.document = document;
  }

  /**
   * Loads a contract.
   *
   * @param resource its place on the class path, {@code openapi/ai-proxy.yaml}
   * @throws IllegalArgumentException when there is none there, or it is not OpenAPI 3.1
   */
  public static OpenApi load(String resource) {
    try (InputStream in = OpenApi.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no contract " + resource + " on the class path");
      }
      byte[] bytes = in.readAllBytes();
      Map<?, ?> tree = new ObjectMapper(new YAMLFactory()).readValue(bytes, Map.class);
      Map<String, Object> members = new LinkedHashMap<>();
      tree.forEach((key, value) -> members.put(String.valueOf(key), value));
      JsonObject document = new JsonObject(members);
      if (!String.valueOf(document.getValue("openapi")).startsWith("3.1.")) {
        throw new IllegalArgumentException(resource + " must say openapi: 3.1.x");
      }
      return new OpenApi(Buffer.buffer(bytes), document);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the contract " + resource, e);
    }
  }

  /** Answers with the contract, as YAML. */
  public Handler<RoutingContext> document() {
    return ctx -> ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml").end(yaml);
  }

  /**
   * Refuses requests that the contract does not allow, with every flaw and where it is: parameters,
   * and the body when the operation has a JSON one and a body reader ran before. The parsed body is
   * then {@link #json}. Made once for each event loop, since validators are confined to one.
   *
   * @throws IllegalArgumentException when the contract has no such operation
   */
  public Handler<RoutingContext> guard(HttpMethod method, String template) {
    JsonObject path = document.getJsonObject("paths", new JsonObject()).getJsonObject(template);
    JsonObject operation =
        path == null ? null : path.getJsonObject(method.name().toLowerCase(Locale.ROOT));
    if (operation == null) {
      throw new IllegalArgumentException("the contract has no " + new Endpoint(method, template));
    }
    return new OperationGuard(document, path, operation);
  }

  /** The body that a guard has parsed and found to be as the contract says. */
  public static JsonObject json(RoutingContext ctx) {
    return Objects.requireNonNull(
        ctx.get(OperationGuard.JSON), "no guard with a JSON object body ran before");
  }

  /** The operations of the contract. */
  public List<Endpoint> operations() {
    List<Endpoint> operations = new ArrayList<>();
    JsonObject paths = document.getJsonObject("paths", new JsonObject());
    for (String template : paths.fieldNames()) {
      for (String method : paths.getJsonObject(template).fieldNames()) {
        if (METHODS.contains(method)) {
          String name = method.toUpperCase(Locale.ROOT);
          operations.add(new Endpoint(HttpMethod.valueOf(name), template));
        }
      }
    }
    return operations;
  }

  /**
   * Where code and contract differ, one sentence each; a test of every API asserts that there are
   * none.
   *
   * @param routes what {@code HttpApi.endpoints} tells of the API
   */
  public List<String> differences(Collection<Endpoint> routes) {
    List<Endpoint> operations = operations();
    List<String> differences = new ArrayList<>();
    for (Endpoint operation : operations) {
      if (!routes.contains(operation)) {
        differences.add(operation + " is in the contract and has no route");
      }
    }
    for (Endpoint route : routes) {
      if (!operations.contains(route) && !route.template().equals(PATH)) {
        differences.add(route + " has a route and is not in the contract");
      }
    }
    return differences;
  }
}
