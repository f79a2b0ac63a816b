package io.ruche.aiproxy.form;

import io.ruche.aiproxy.operation.Progress;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/** The bytes of a form, wherever they are. */
public interface UploadBody {

  /** How long it is; -1 while nobody knows. */
  long length();

  /** Whether it can be sent now, from its first byte on. */
  boolean canBeSent();

  /** Whether it went out to its end, the last time it was sent. */
  boolean sentWhole();

  /**
   * Sends it; headers are set already.
   *
   * @param change what is different in it for this target; null for nothing
   */
  Future<HttpClientResponse> send(
      HttpClientRequest out, @Nullable Change change, Progress progress);

  /**
   * Other bytes in place of some.
   *
   * @param start the first byte that is replaced
   * @param end behind the last one
   */
  record Change(long start, long end, Buffer instead) {

    /** How much longer a body becomes. */
    public long growth() {
      return instead.length() - (end - start);
    }

    /** The changed beginning of a body, which has the place in it. */
    Buffer applyTo(Buffer beginning) {
      return Buffer.buffer(beginning.length() + instead.length())
          .appendBuffer(beginning, 0, (int) start)
          .appendBuffer(instead)
          .appendBuffer(beginning, (int) end, beginning.length() - (int) end);
    }
  }
}
