package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.routing.Target;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * A provider's refusal that is kept while others are asked, and given on when nobody answers
 * better.
 */
final class HeldAnswer {

  /** Longer refusals are not held. */
  static final int MOST_BYTES = 64 * 1024;

  private final Target target;
  private final int status;
  private final MultiMap headers;
  private final Buffer body = Buffer.buffer();

  HeldAnswer(Target target, int status, MultiMap headers) {
    this.target = target;
    this.status = status;
    this.headers = headers;
  }

  int status() {
    return status;
  }

  MultiMap headers() {
    return headers;
  }

  void add(Buffer bytes) {
    body.appendBuffer(bytes);
  }

  int length() {
    return body.length();
  }

  /** Gives on what there is so far, without an end. */
  void giveTo(Reader reader) {
    reader.from(target);
    reader.head(status, headers);
    if (body.length() > 0) {
      reader.piece(body);
    }
  }
}
