package io.ruche.aiproxy.form;

import io.ruche.aiproxy.operation.Progress;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * A form that goes on to the provider while it comes: what a provider does not read yet is not read
 * from the client. It can be sent once. Confined to the context of its source.
 */
public final class FlowingBody implements UploadBody {

  private static final long CANCEL = 0x8;

  private final Buffer head;
  private final ReadStream<Buffer> rest;
  private final long length;
  private final MultipartScan scan;
  private final FormLimit limit;
  private final Handler<Failure> refusal;
  private boolean begun;
  private boolean whole;
  private boolean over;

  /**
   * A form of which the beginning was read, with all in it that has to be known before.
   *
   * @param rest paused, and without handlers of others
   * @param length -1 when it was not declared
   * @param scan that has seen the head, and sees the rest
   * @param limit of the form's length
   * @param refusal hears what turns out to be wrong on the way; nothing more is sent then
   */
  public FlowingBody(
      Buffer head,
      ReadStream<Buffer> rest,
      long length,
      MultipartScan scan,
      FormLimit limit,
      Handler<Failure> refusal) {
    this.head = head;
    this.rest = rest;
    this.length = length;
    this.scan = scan;
    this.limit = limit;
    this.refusal = refusal;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean canBeSent() {
    return !begun;
  }

  @Override
  public boolean sentWhole() {
    return whole;
  }

  @Override
  public Future<HttpClientResponse> send(
      HttpClientRequest out, @Nullable Change change, Progress progress) {
    begun = true;
    // Without a handler Vert.x would log a reset as an error; the answer tells of it.
    out.exceptionHandler(told -> {});
    Future<HttpClientResponse> answer = out.response();
    answer.onComplete(
        (answered, failure) -> {
          // What still comes is of no use to a provider that has said its word.
          over = true;
          rest.resume();
          if (answered != null && !whole) {
            answered.end().onComplete(ended -> out.reset(CANCEL));
          }
        });
    rest.handler(piece -> pass(out, piece, progress));
    rest.endHandler(v -> end(out, progress));
    rest.exceptionHandler(this::silent);
    write(out, change == null ? head : change.applyTo(head), progress);
    return answer;
  }

  private void pass(HttpClientRequest out, Buffer piece, Progress progress) {
    if (over) {
      return;
    }
    try {
      scan.feed(piece.getBytes());
      if (scan.bytes() > limit.bytes()) {
        throw limit.exceeded();
      }
      if (scan.bytes() == length) {
        // A provider must not have the whole of a form that is refused.
        scan.requireWhole();
      }
    } catch (Failure flaw) {
      refuse(flaw);
      return;
    }
    write(out, piece, progress);
  }

  private void refuse(Failure flaw) {
    over = true;
    refusal.handle(flaw);
  }

  /** The provider was sent all there is, so that this is no fault of its own. */
  private void silent(Throwable told) {
    if (!over && told instanceof Failure flaw) {
      refuse(flaw);
    }
  }

  private void write(HttpClientRequest out, Buffer piece, Progress progress) {
    progress.made();
    out.drainHandler(v -> read(progress));
    // A failure to write is told by the answer, which does not come then.
    var unused = out.write(piece);
    if (out.writeQueueFull()) {
      rest.pause();
    } else {
      read(progress);
    }
  }

  private void read(Progress progress) {
    progress.made();
    if (!whole) {
      progress.awaitsClient();
    }
    rest.resume();
  }

  private void end(HttpClientRequest out, Progress progress) {
    if (over) {
      return;
    }
    try {
      scan.requireWhole();
    } catch (Failure flaw) {
      refuse(flaw);
      return;
    }
    whole = true;
    progress.made();
    var unused = out.end();
  }
}
