package io.ruche.bus.faults;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The judge's own view of Redis; a connection for every question. */
final class RedisProbe implements AutoCloseable {

  /** One entry of a stream. */
  record Entry(String entry, Map<String, String> fields) {}

  private final Vertx vertx = Vertx.vertx();
  private final String url;

  RedisProbe(String url) {
    this.url = url;
  }

  /** Sends one command, for example {@code send("XLEN", "key")}. */
  Response send(String... words) {
    Request request = Request.cmd(Command.create(words[0]));
    for (int i = 1; i < words.length; i++) {
      request.arg(words[i]);
    }
    Redis client = Redis.createClient(vertx, url);
    try {
      return client
          .send(request)
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IllegalStateException(words[0] + ": " + failure.getMessage(), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } finally {
      client.close();
    }
  }

  /** Everything in a stream, oldest first; nothing when there is no such stream. */
  List<Entry> stream(String stream) {
    List<Entry> entries = new ArrayList<>();
    for (Response found : send("XRANGE", stream, "-", "+")) {
      Map<String, String> fields = new LinkedHashMap<>();
      Response pairs = found.get(1);
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        fields.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
      }
      entries.add(new Entry(found.get(0).toString(), fields));
    }
    return entries;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
