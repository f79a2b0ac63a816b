package io.ruche.embedservice.parse;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** A service that parses one file and is killed meanwhile; it writes the pids of its processes. */
public final class ParsingService {

  private ParsingService() {}

  /**
   * Runs until it is killed.
   *
   * @param arguments folder of temporary files, file to parse, file for the pids
   */
  public static void main(String[] arguments) throws Exception {
    DocumentParser parser =
        new DocumentParser(Vertx.vertx(), ParseConfig.DEFAULT, Path.of(arguments[0]));
    parser
        .start()
        .compose(
            started -> {
              var parsed = parser.parse(Path.of(arguments[1]), "", "");
              try {
                Path pids = Path.of(arguments[2]);
                Path part = pids.resolveSibling("part");
                Files.writeString(
                    part,
                    parser.pids().stream().map(String::valueOf).collect(Collectors.joining(" ")));
                Files.move(part, pids);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
              return parsed;
            });
    new CountDownLatch(1).await();
  }
}
