package io.ruche.aiproxy.form;

import io.ruche.aiproxy.operation.Progress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * A form that waits on disk, because its file came before the name of the model. Confined to the
 * context that writes and sends it.
 */
public final class SpooledBody implements UploadBody {

  private static final int PIECE = 64 * 1024;
  private static final long CANCEL = 0x8;

  private final AsyncFile file;
  private final Runnable release;
  private long length;
  private boolean closed;
  private boolean whole;

  SpooledBody(AsyncFile file, Runnable release) {
    this.file = file;
    this.release = release;
  }

  /** Adds bytes at its end; the next may come once these are written. */
  public Future<Void> append(Buffer bytes) {
    long at = length;
    length += bytes.length();
    return file.write(bytes, at);
  }

  /** Lets go of the disk. */
  public void close() {
    if (!closed) {
      closed = true;
      release.run();
      var unused = file.close();
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean canBeSent() {
    return !closed;
  }

  @Override
  public boolean sentWhole() {
    return whole;
  }

  @Override
  public Future<HttpClientResponse> send(
      HttpClientRequest out, @Nullable Change change, Progress progress) {
    Sending sending = new Sending(out, progress);
    // Without a handler Vert.x would log a reset as an error; the answer tells of it.
    out.exceptionHandler(told -> {});
    Future<HttpClientResponse> answer = out.response();
    answer.onComplete(
        (answered, failure) -> {
          sending.over = true;
          if (answered != null && !whole) {
            answered.end().onComplete(ended -> out.reset(CANCEL));
          }
        });
    whole = false;
    Future<Void> sent =
        change == null
            ? sending.range(0, length)
            : sending
                .range(0, change.start())
                .compose(v -> sending.write(change.instead()))
                .compose(v -> sending.range(change.end(), length));
    sent.onSuccess(v -> sending.end()).onFailure(sending::failed);
    return answer;
  }

  /** One way out of the file, with no more in memory than one piece. */
  private final class Sending {

    private final HttpClientRequest out;
    private final Progress progress;
    private boolean over;

    Sending(HttpClientRequest out, Progress progress) {
      this.out = out;
      this.progress = progress;
    }

    Future<Void> range(long from, long to) {
      if (from >= to || over || closed) {
        return Future.succeededFuture();
      }
      int size = (int) Math.min(PIECE, to - from);
      return file.read(Buffer.buffer(size), 0, from, size)
          .compose(this::write)
          .compose(v -> range(from + size, to));
    }

    Future<Void> write(Buffer piece) {
      if (over) {
        return Future.succeededFuture();
      }
      progress.made();
      var unused = out.write(piece);
      if (!out.writeQueueFull()) {
        return Future.succeededFuture();
      }
      Promise<Void> drained = Promise.promise();
      out.drainHandler(v -> drained.tryComplete());
      return drained.future();
    }

    void end() {
      if (!over && !closed) {
        whole = true;
        progress.made();
        var unused = out.end();
      }
    }

    /** The disk does not give back what it took: nobody gets an answer to half a form. */
    void failed(Throwable cause) {
      if (!over) {
        over = true;
        out.reset(CANCEL, cause);
      }
    }
  }
}
