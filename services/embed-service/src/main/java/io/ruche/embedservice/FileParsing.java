package io.ruche.embedservice;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.ingest.parts.Parsing;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * What keeps a file from being read, as the API says it.
 *
 * @param parsing fails with {@link ParseFailure}
 */
record FileParsing(Parsing parsing) implements Parsing {

  private static final Duration RETRY = Duration.ofSeconds(10);

  @Override
  public Future<ParsedText> parse(Path file, String contentType, String name) {
    return parsing.parse(file, contentType, name).recover(FileParsing::told);
  }

  private static Future<ParsedText> told(Throwable failure) {
    return Future.failedFuture(failure instanceof ParseFailure unread ? failure(unread) : failure);
  }

  private static Failure failure(ParseFailure unread) {
    return unread.reason().passes()
        ? Failure.unavailable(unread.detail(), RETRY)
        : Failure.of(
            422,
            "file_" + unread.reason().name().toLowerCase(Locale.ROOT),
            "The file cannot be read",
            unread.detail());
  }
}
