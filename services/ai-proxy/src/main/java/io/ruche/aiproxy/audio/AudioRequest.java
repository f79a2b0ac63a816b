package io.ruche.aiproxy.audio;

import io.ruche.aiproxy.form.FormType;
import io.ruche.aiproxy.form.MultipartScan;
import io.ruche.aiproxy.form.UploadBody;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.operation.Meter;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.operation.Progress;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.usage.Usage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.Objects;

/**
 * Sound that is to be transcribed or translated: a form, which goes out as it came but for the
 * model's name where the target has another one.
 */
public final class AudioRequest implements ModelRequest {

  /**
   * Sound that the provider fetches by itself, of which nothing is known here: so much is reserved,
   * and charged where the answer does not tell.
   */
  private static final long MILLIS_OF_AN_ADDRESS = 3_600_000;

  private final Operation operation;
  private final FormType type;
  private final MultipartScan scan;
  private final UploadBody body;
  private final String model;
  private final long mostBytes;

  /**
   * A request whose model is known.
   *
   * @param type of the form, with the boundary of the scan
   * @param scan of the form, as far as it has come
   * @param mostBytes that the form may have, for what is reserved while its length is not known
   */
  public AudioRequest(
      Operation operation, FormType type, MultipartScan scan, UploadBody body, long mostBytes) {
    this.operation = operation;
    this.type = type;
    this.scan = scan;
    this.body = body;
    this.model = Objects.requireNonNull(scan.model(), "the model has not come yet");
    this.mostBytes = mostBytes;
  }

  @Override
  public Operation operation() {
    return operation;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public boolean stream() {
    return scan.stream();
  }

  @Override
  public Usage most(long usualOutput) {
    long bytes = body.length() < 0 ? mostBytes : body.length();
    long millis =
        scan.fileBegun() ? AudioKind.of(scan.fileHead()).most(bytes) : MILLIS_OF_AN_ADDRESS;
    return new Usage(0, 0, 0, millis, 0, UsageSource.ESTIMATED);
  }

  /** Milliseconds of sound, by the size of the file. */
  long usualMillis() {
    return scan.fileBegun()
        ? AudioKind.of(scan.fileHead()).usual(scan.fileBytes())
        : MILLIS_OF_AN_ADDRESS;
  }

  boolean sentWhole() {
    return body.sentWhole();
  }

  /** Providers count sound and not tokens. */
  @Override
  public long leastTokens() {
    return 0;
  }

  @Override
  public Meter meter() {
    return new AudioMeter(this);
  }

  @Override
  public boolean canBeSent() {
    return body.canBeSent();
  }

  @Override
  public Future<HttpClientResponse> send(
      HttpClientRequest opened, Target target, Progress progress) {
    UploadBody.Change change = null;
    if (!target.model().equals(model)) {
      change =
          new UploadBody.Change(scan.modelStart(), scan.modelEnd(), Buffer.buffer(target.model()));
    }
    long growth = change == null ? 0 : change.growth();
    type.describe(opened, body.length() < 0 ? -1 : body.length() + growth);
    return body.send(opened, change, progress);
  }
}
