package io.ruche.embedservice.ingest.parts;

import io.ruche.embedservice.document.ParsedText;
import io.vertx.core.Future;
import java.nio.file.Path;

/** Reads the text out of files. */
@FunctionalInterface
public interface Parsing {

  /**
   * The text of a file. Fails with a {@link io.ruche.http.Failure}: 4xx when the file is why, 429
   * or 503 when it can be tried again.
   *
   * @param contentType as the sender said, {@code application/octet-stream} when it did not
   * @param name of the file, whose extension may tell what it is
   */
  Future<ParsedText> parse(Path file, String contentType, String name);
}
