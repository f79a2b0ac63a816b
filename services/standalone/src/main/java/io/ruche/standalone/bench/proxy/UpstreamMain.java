package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.Answers;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * A provider that gives the same answer to everything, at once; and who asks for a stream gets two
 * pieces a second for as long as they read.
 */
public final class UpstreamMain {

  private static final long START_SECONDS = 10;
  private static final long EVERY_MILLIS = 500;
  private static final int BACKLOG = 4_096;
  private static final Buffer ANSWER = Buffer.buffer(Provider.ANSWER);

  private final Vertx vertx;

  private UpstreamMain(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Argument: the port. */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    vertx
        .createHttpServer(
            new HttpServerOptions()
                .setHost("127.0.0.1")
                .setAcceptBacklog(BACKLOG)
                .setPort(Integer.parseInt(args[0])))
        .requestHandler(new UpstreamMain(vertx)::answer)
        .listen()
        .await(START_SECONDS, TimeUnit.SECONDS);
    Answers.serve(out, (verb, words) -> new JsonObject());
    System.exit(0);
  }

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              if (body.toString().contains("\"stream\":true")) {
                stream(request.response());
              } else {
                request.response().putHeader("content-type", "application/json").end(ANSWER);
              }
            });
  }

  private void stream(HttpServerResponse response) {
    response.putHeader("content-type", "text/event-stream").setChunked(true);
    response.write(Provider.piece());
    long timer = vertx.setPeriodic(EVERY_MILLIS, id -> response.write(Provider.piece()));
    response.exceptionHandler(gone -> {}).closeHandler(closed -> vertx.cancelTimer(timer));
  }
}
