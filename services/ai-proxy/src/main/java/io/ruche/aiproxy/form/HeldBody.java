package io.ruche.aiproxy.form;

import io.ruche.aiproxy.operation.Progress;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/** A form that is short enough to be in memory as a whole. */
public final class HeldBody implements UploadBody {

  private final Buffer bytes;
  private boolean sent;

  public HeldBody(Buffer bytes) {
    this.bytes = bytes;
  }

  @Override
  public long length() {
    return bytes.length();
  }

  @Override
  public boolean canBeSent() {
    return true;
  }

  @Override
  public boolean sentWhole() {
    return sent;
  }

  @Override
  public Future<HttpClientResponse> send(
      HttpClientRequest out, @Nullable Change change, Progress progress) {
    sent = true;
    return out.send(change == null ? bytes : change.applyTo(bytes));
  }
}
