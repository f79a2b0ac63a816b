package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.entry.Completeness;
import io.ruche.aiproxy.cache.entry.KeptAnswer;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Passes an answer on as it comes and keeps a copy, which goes into the cache before the reader
 * hears of the end: who asks again then finds it.
 */
final class Recording implements Reader {

  private static final int OK = 200;

  private final Lease lease;
  private final int mostBytes;
  private final Reader reader;
  private @Nullable String type;
  private @Nullable Buffer copy;
  private int status;

  Recording(Lease lease, int mostBytes, Reader reader) {
    this.lease = lease;
    this.mostBytes = mostBytes;
    this.reader = reader;
  }

  @Override
  public void from(Target target) {
    reader.from(target);
  }

  @Override
  public void head(int code, MultiMap headers) {
    status = code;
    type = headers.get(HttpHeaders.CONTENT_TYPE);
    if (status == OK && !headers.contains(HttpHeaders.CONTENT_ENCODING) && isKnown(type)) {
      copy = Buffer.buffer();
    }
    reader.head(code, headers);
  }

  private static boolean isKnown(@Nullable String type) {
    return type != null
        && (type.startsWith("application/json") || type.startsWith("text/event-stream"));
  }

  @Override
  public void piece(Buffer bytes) {
    Buffer kept = copy;
    if (kept != null) {
      if ((long) kept.length() + bytes.length() > mostBytes) {
        copy = null;
        lease.unusable("too_large");
      } else {
        kept.appendBuffer(bytes);
      }
    }
    reader.piece(bytes);
  }

  @Override
  public void end() {
    conclude();
    reader.end();
  }

  private void conclude() {
    Buffer kept = copy;
    String kind = type;
    if (kept == null || kind == null) {
      if (mayPass()) {
        lease.left();
      } else {
        lease.unusable("refused");
      }
      return;
    }
    KeptAnswer answer = new KeptAnswer(kind, kept.getBytes());
    if (Completeness.of(answer)) {
      lease.take(answer);
    } else {
      lease.unusable("incomplete");
    }
  }

  /** Timeouts, conflicts, limits, Groq's 498 and faults: the next one may have more luck. */
  private boolean mayPass() {
    return switch (status) {
      case 408, 409, 425, 429, 498 -> true;
      default -> status >= 500;
    };
  }

  @Override
  public void failed(Failure failure) {
    lease.left();
    reader.failed(failure);
  }
}
