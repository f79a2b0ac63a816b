package io.ruche.aiproxy.events;

import io.ruche.aiproxy.audio.AudioRequest;
import io.ruche.aiproxy.audio.SoundForm;
import io.ruche.aiproxy.form.HeldBody;
import io.ruche.aiproxy.form.MultipartScan;
import io.ruche.aiproxy.form.Spool;
import io.ruche.aiproxy.form.SpooledBody;
import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.http.Failure;
import io.ruche.store.S3Exception;
import io.ruche.store.S3Store;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code transcribe}: sound that comes in the payload or lies in S3, as text. Its
 * result is the provider's JSON, byte for byte; what fails and what waits is as with chat.
 */
public final class TranscribeHandler implements CommandHandler {

  private static final Duration FETCH_BOUND = Duration.ofMinutes(2);
  private static final Duration UNTIL_CONFIGURED = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Asking asking;
  private final Spool spool;
  private final @Nullable S3Store s3;
  private final Supplier<String> defaultModel;
  private final LongSupplier mostBytes;

  /**
   * A handler.
   *
   * @param spool where an object waits, so that it can be sent more than once
   * @param s3 null where there is none
   * @param defaultModel gives the model of a payload that names none
   * @param mostBytes that an object may have, now
   */
  public TranscribeHandler(
      Vertx vertx,
      Asking asking,
      Spool spool,
      @Nullable S3Store s3,
      Supplier<String> defaultModel,
      LongSupplier mostBytes) {
    this.vertx = vertx;
    this.asking = asking;
    this.spool = spool;
    this.s3 = s3;
    this.defaultModel = defaultModel;
    this.mostBytes = mostBytes;
  }

  /**
   * The command and its events.
   *
   * @param longest how long one attempt may take at the provider
   */
  public static CommandSpec command(Duration longest) {
    return CommandSpec.named("transcribe")
        .completed("transcribed")
        .failed("transcription-failed")
        .attempts(20, Duration.ofSeconds(1), Duration.ofMinutes(5))
        .timeout(longest.plus(FETCH_BOUND));
  }

  @Override
  public Outcome handle(Command command) throws TimeoutException {
    Transcription wanted;
    try {
      wanted = Transcription.read(command.payload().data(), command.tenant(), defaultModel.get());
    } catch (Failure refusal) {
      return new Outcome.Dead(refusal.detail());
    }
    SoundForm form = new SoundForm(wanted.fields(), wanted.fileName());
    Buffer audio = wanted.audio();
    String key = wanted.key();
    return audio != null
        ? askHeld(command, wanted, form, audio)
        : askStored(command, wanted, form, key == null ? "" : key);
  }

  private Outcome askHeld(Command command, Transcription wanted, SoundForm form, Buffer audio)
      throws TimeoutException {
    Buffer whole = form.beginning().appendBuffer(audio).appendBuffer(form.end());
    MultipartScan scan = form.type().scan();
    try {
      scan.feed(whole.getBytes());
    } catch (Failure refusal) {
      return new Outcome.Dead(refusal.detail());
    }
    return asking.ask(
        command,
        new AudioRequest(
            wanted.operation(), form.type(), scan, new HeldBody(whole), whole.length()));
  }

  private Outcome askStored(Command command, Transcription wanted, SoundForm form, String key)
      throws TimeoutException {
    S3Store store = s3;
    if (store == null) {
      return new Outcome.Retry(
          "There is no S3: set RUCHE_S3_URL, RUCHE_S3_ACCESS_KEY and RUCHE_S3_SECRET_KEY.",
          UNTIL_CONFIGURED);
    }
    MultipartScan scan = form.type().scan();
    Buffer beginning = form.beginning();
    try {
      scan.feed(beginning.getBytes());
    } catch (Failure refusal) {
      return new Outcome.Dead(refusal.detail());
    }
    String model = Objects.requireNonNull(scan.model(), "Ruche writes it before the sound");
    // Everything about the file happens where it is sent from.
    Context context = vertx.getOrCreateContext();
    Promise<SpooledBody> fetched = Promise.promise();
    try {
      return asking.ask(
          command,
          model,
          0,
          () -> {
            context.runOnContext(
                v ->
                    spool
                        .open(command.tenant())
                        .compose(body -> fill(body, beginning, store, form, scan, key))
                        .onComplete(fetched));
            SpooledBody body =
                fetched.future().await(FETCH_BOUND.toMillis(), TimeUnit.MILLISECONDS);
            return new AudioRequest(
                wanted.operation(), form.type(), scan, body, mostBytes.getAsLong());
          });
    } catch (S3Exception failure) {
      String why = String.valueOf(failure.getMessage());
      return failure.lasting() ? new Outcome.Dead(why) : new Outcome.Retry(why, null);
    } finally {
      // Also one that is there only after everybody has given up.
      fetched.future().onSuccess(body -> context.runOnContext(v -> body.close()));
    }
  }

  private Future<SpooledBody> fill(
      SpooledBody body,
      Buffer beginning,
      S3Store store,
      SoundForm form,
      MultipartScan scan,
      String key) {
    long most = mostBytes.getAsLong();
    return body.append(beginning)
        .compose(v -> store.read(key, most, piece -> append(body, scan, piece)))
        .compose(v -> append(body, scan, form.end()))
        .map(v -> body)
        .onFailure(failure -> body.close());
  }

  private static Future<Void> append(SpooledBody body, MultipartScan scan, Buffer piece) {
    try {
      scan.feed(piece.getBytes());
      return body.append(piece);
    } catch (Failure refusal) {
      return Future.failedFuture(refusal);
    }
  }
}
