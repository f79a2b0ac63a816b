package io.ruche.embedservice.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of S3 as is used, with no look at signatures. */
public final class ObjectStore {

  private static final String BUCKET = "/ruche/";

  private final Map<String, Buffer> objects = new ConcurrentSkipListMap<>();
  private final AtomicInteger writes = new AtomicInteger();
  private final HttpServer server;

  public ObjectStore(Vertx vertx) throws TimeoutException {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** The objects by their keys. */
  public Map<String, Buffer> objects() {
    return objects;
  }

  /** How often one was written over HTTP. */
  public int writes() {
    return writes.get();
  }

  private void answer(HttpServerRequest request) {
    String key =
        URLDecoder.decode(request.path().replace("+", "%2B"), StandardCharsets.UTF_8)
            .substring(BUCKET.length());
    switch (request.method().name()) {
      case "PUT" ->
          request
              .body()
              .onSuccess(
                  body -> {
                    writes.incrementAndGet();
                    objects.put(key, body);
                    request.response().end();
                  });
      case "DELETE" -> {
        objects.remove(key);
        request.response().setStatusCode(204).end();
      }
      default -> {
        Buffer object = objects.get(key);
        if (key.isEmpty()) {
          request.response().end(list(request));
        } else if (object == null) {
          request.response().setStatusCode(404).end();
        } else {
          request.response().end(object);
        }
      }
    }
  }

  private String list(HttpServerRequest request) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult><Prefix/>");
    String after = request.getParam("start-after") == null ? "" : request.getParam("start-after");
    objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(request.getParam("prefix")))
        .filter(entry -> entry.getKey().compareTo(after) > 0)
        .limit(Long.parseLong(request.getParam("max-keys")))
        .forEach(
            entry ->
                xml.append("<Contents><Key>")
                    .append(entry.getKey().replace("&", "&amp;"))
                    .append("</Key><ETag>&quot;")
                    .append(entry.getValue().hashCode())
                    .append("&quot;</ETag><Size>")
                    .append(entry.getValue().length())
                    .append("</Size></Contents>"));
    return xml.append("</ListBucketResult>").toString();
  }
}
