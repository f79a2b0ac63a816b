package io.ruche.aiproxy.guard;

import io.ruche.aiproxy.guard.redact.Restorer;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Restores an answer on its way to a reader. */
final class RestoringReader implements Reader {

  private final Reader reader;
  private final Function<Boolean, Restorer> restorers;
  private @Nullable Restorer restorer;

  /**
   * A reader in front of another one.
   *
   * @param restorers makes one for a stream of events, or for an answer that is none
   */
  RestoringReader(Reader reader, Function<Boolean, Restorer> restorers) {
    this.reader = reader;
    this.restorers = restorers;
  }

  @Override
  public void from(Target target) {
    reader.from(target);
  }

  @Override
  public void head(int status, MultiMap headers) {
    // What is compressed cannot be read here; nobody asked the provider for that.
    if (headers.contains(HttpHeaders.CONTENT_ENCODING)) {
      reader.head(status, headers);
      return;
    }
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    restorer = restorers.apply(type != null && type.startsWith("text/event-stream"));
    MultiMap other = HttpHeaders.headers().setAll(headers);
    reader.head(status, other.remove(HttpHeaders.CONTENT_LENGTH));
  }

  @Override
  public void piece(Buffer bytes) {
    if (restorer == null) {
      reader.piece(bytes);
    } else {
      give(restorer.pass(bytes));
    }
  }

  private void give(Buffer bytes) {
    if (bytes.length() > 0) {
      reader.piece(bytes);
    }
  }

  private void giveRest() {
    if (restorer != null) {
      give(restorer.rest());
    }
  }

  @Override
  public void end() {
    giveRest();
    reader.end();
  }

  @Override
  public void failed(Failure failure) {
    giveRest();
    reader.failed(failure);
  }
}
