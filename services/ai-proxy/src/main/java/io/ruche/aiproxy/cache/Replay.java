package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.entry.KeptAnswer;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/**
 * A kept answer on its way to a reader: the same bytes, those of a stream cut between events, as
 * fast as the reader takes them. Begins with the first {@link #resume}.
 */
final class Replay implements Transfer {

  private static final int STATUS = 200;

  /** A piece ends with the last event that is complete before this. */
  private static final int PIECE = 16 * 1024;

  private final KeptAnswer answer;
  private final Reader reader;
  private boolean begun;
  private boolean giving;
  private boolean paused;
  private boolean over;
  private int at;

  Replay(KeptAnswer answer, Reader reader) {
    this.answer = answer;
    this.reader = reader;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void cancel() {
    over = true;
  }

  @Override
  public void resume() {
    paused = false;
    if (!giving) {
      giving = true;
      give();
      giving = false;
    }
  }

  private void give() {
    if (!begun && !over) {
      begun = true;
      reader.head(STATUS, headers());
    }
    byte[] body = answer.body();
    while (!over && !paused && at < body.length) {
      int end = endOfPiece(body);
      Buffer piece = Buffer.buffer(end - at).appendBytes(body, at, end - at);
      at = end;
      reader.piece(piece);
    }
    if (!over && !paused) {
      over = true;
      reader.end();
    }
  }

  private MultiMap headers() {
    MultiMap headers = HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, answer.type());
    return answer.isStream()
        ? headers
        : headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length));
  }

  private int endOfPiece(byte[] body) {
    int most = Math.min(body.length, at + PIECE);
    if (!answer.isStream() || most == body.length) {
      return most;
    }
    for (int i = most - 1; i > at; i--) {
      if (body[i] == '\n' && (body[i - 1] == '\n' || body[i - 1] == '\r')) {
        return i + 1;
      }
    }
    return most;
  }
}
