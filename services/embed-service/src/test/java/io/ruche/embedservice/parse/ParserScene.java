package io.ruche.embedservice.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.child.ParserMain;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.testing.TestFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A parser that runs, with a folder for its files. */
final class ParserScene implements AutoCloseable {

  private static final long BOUND_SECONDS = 300;

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final DocumentParser parser;
  private final AtomicInteger files = new AtomicInteger();

  private ParserScene(ParseConfig config, Class<?> program) throws IOException {
    folder = TestFolder.make("ruche-parse");
    parser = new DocumentParser(vertx, config, temporary(), program);
  }

  static ParserScene start(ParseConfig config) throws Exception {
    return start(config, ParserMain.class);
  }

  static ParserScene start(ParseConfig config, Class<?> program) throws Exception {
    ParserScene scene = new ParserScene(config, program);
    scene.parser.start().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    return scene;
  }

  DocumentParser parser() {
    return parser;
  }

  Path temporary() {
    return folder.resolve("temporary");
  }

  Path write(byte[] bytes) throws IOException {
    Path file = folder.resolve("file-" + files.incrementAndGet());
    Files.write(file, bytes);
    return file;
  }

  ParsedText parse(byte[] bytes, String type, String name) throws Exception {
    return parse(write(bytes), type, name);
  }

  ParsedText parse(Path file, String type, String name) throws Exception {
    try {
      return parser
          .parse(file, type, name)
          .toCompletionStage()
          .toCompletableFuture()
          .get(BOUND_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | CompletionException e) {
      if (e.getCause() instanceof ParseFailure failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** The failure of a file that must have one. */
  ParseFailure fails(ParseFailure.Cause cause, byte[] bytes, String type, String name) {
    ParseFailure failure = assertThrows(ParseFailure.class, () -> parse(bytes, type, name));
    assertEquals(cause, failure.reason(), failure.detail());
    return failure;
  }

  @Override
  public void close() {
    end(parser.stop());
    end(vertx.close());
    TestFolder.delete(folder);
  }

  private static void end(Future<Void> ending) {
    ending.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
