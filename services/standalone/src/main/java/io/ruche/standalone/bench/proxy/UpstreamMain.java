package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.Answers;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** The provider where no nginx is installed: the same answer to everything, at once. */
public final class UpstreamMain {

  private static final long START_SECONDS = 10;

  private UpstreamMain() {}

  /** Argument: the port. */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    Buffer answer = Buffer.buffer(Provider.ANSWER);
    Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1))
        .createHttpServer(
            new HttpServerOptions().setHost("127.0.0.1").setPort(Integer.parseInt(args[0])))
        .requestHandler(
            request -> request.response().putHeader("content-type", "application/json").end(answer))
        .listen()
        .await(START_SECONDS, TimeUnit.SECONDS);
    Answers.serve(out, (verb, words) -> new JsonObject());
    System.exit(0);
  }
}
