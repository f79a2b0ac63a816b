package io.ruche.aiproxy.operation;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.usage.Usage;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;

/**
 * A request whose body is JSON, with what Ruche needs to know of it, read in one pass over its
 * bytes. The body itself goes to the provider as it came, with every field that is unknown here.
 *
 * @param streamUsage whether the client itself asks for the usage at the end of a stream
 * @param maxOutput tokens that the answer may have at most, of all choices, by the field that all
 *     providers read; 0 when nothing is said
 * @param maxCompletion the same, by the field that only the newer ones read in chat
 * @param inputTokens about how many tokens the body has: rather too many than too few, for text
 * @param characters of the text that is to be spoken; 0 for other operations
 * @param places where in the body the values stand that may have to be changed
 * @param body what all this was read from
 */
public record JsonRequest(
    Operation operation,
    String model,
    boolean stream,
    boolean streamUsage,
    long maxOutput,
    long maxCompletion,
    long inputTokens,
    long characters,
    Places places,
    Buffer body)
    implements ModelRequest {

  private static final int MOST_BYTES_A_TOKEN = 5;
  private static final long MOST_ASSUMED_TOKENS = 2_000;

  private static final byte[] ASK_FOR_USAGE =
      "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] WITH_USAGE =
      "{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);

  private static final int NULL_LENGTH = 4;

  /**
   * Offsets into the body.
   *
   * @param open behind the brace that opens the body
   * @param modelStart where the model's string begins, its opening quote
   * @param modelEnd where it ends, behind its closing quote
   * @param streamOptions whether the body has {@code stream_options}, which then stay as they are
   * @param nullOptions where the null stands that is given for them, which says nothing; {@link
   *     #NOWHERE} without it
   */
  public record Places(
      int open, int modelStart, int modelEnd, boolean streamOptions, int nullOptions) {

    static final int NOWHERE = -1;
  }

  /**
   * Reads a body, which must be one JSON object with {@code model} and what the operation needs.
   *
   * @throws Failure 400 that says what is wrong and where
   */
  public static JsonRequest read(Operation operation, Buffer body) {
    return JsonScan.read(operation, body);
  }

  @Override
  public Usage most(long usualOutput) {
    return using(mostOutput(usualOutput));
  }

  @Override
  public Usage most(long usualOutput, Route route) {
    boolean isRead = maxCompletion > 0 && route.readsMaxCompletionTokens();
    return using(mostOutput(isRead ? 0 : usualOutput));
  }

  private Usage using(long output) {
    return new Usage(inputTokens, 0, output, 0, characters, UsageSource.ESTIMATED);
  }

  /**
   * Tokens that the answer may have: what the client says, or else what is usual, and not less
   * where a provider need not know what says it.
   */
  public long mostOutput(long usual) {
    return switch (operation) {
      case CHAT, RESPONSES -> Math.max(maxOutput > 0 ? maxOutput : usual, maxCompletion);
      case EMBEDDINGS, SPEECH, TRANSCRIPTION, TRANSLATION -> 0;
    };
  }

  /** Pictures in a body are long and count little. */
  @Override
  public long leastTokens() {
    return Math.min(body.length() / MOST_BYTES_A_TOKEN, MOST_ASSUMED_TOKENS) + 1;
  }

  @Override
  public Meter meter() {
    return operation == Operation.SPEECH
        ? new CharacterMeter(most(0))
        : new TokenMeter(inputTokens);
  }

  /**
   * Whether {@link #bodyFor} adds what makes a provider tell the usage at the end of a stream, in a
   * piece that the client has not asked for.
   */
  public boolean canAskForUsage() {
    return operation == Operation.CHAT && stream && !places.streamOptions();
  }

  @Override
  public boolean addsUsage(Target target) {
    return canAskForUsage() && !target.provider().tellsUsageUnasked();
  }

  @Override
  public Future<HttpClientResponse> send(
      HttpClientRequest opened, Target target, Progress progress) {
    return opened.send(bodyFor(target.model(), addsUsage(target)));
  }

  /**
   * The body that asks for another model, or for the usage as well, and is the same in every other
   * byte.
   *
   * @param askForUsage where {@link #canAskForUsage}
   */
  public Buffer bodyFor(String otherModel, boolean askForUsage) {
    boolean asks = askForUsage && canAskForUsage();
    boolean renames = !otherModel.equals(model);
    if (!asks && !renames) {
      return body;
    }
    Buffer patched = Buffer.buffer(body.length() + ASK_FOR_USAGE.length + otherModel.length() + 2);
    int copied = 0;
    boolean replaces = asks && places.nullOptions() != Places.NOWHERE;
    if (asks && !replaces) {
      patched.appendBuffer(body, 0, places.open()).appendBytes(ASK_FOR_USAGE);
      copied = places.open();
    }
    boolean first = places.nullOptions() < places.modelStart();
    if (replaces && first) {
      copied = withUsage(patched, copied);
    }
    if (renames) {
      patched
          .appendBuffer(body, copied, places.modelStart() - copied)
          .appendByte((byte) '"')
          .appendBytes(JsonStringEncoder.getInstance().quoteAsUTF8(otherModel))
          .appendByte((byte) '"');
      copied = places.modelEnd();
    }
    if (replaces && !first) {
      copied = withUsage(patched, copied);
    }
    return patched.appendBuffer(body, copied, body.length() - copied);
  }

  /** Copies up to the null that is given for the options, and puts options in its place. */
  private int withUsage(Buffer patched, int copied) {
    patched.appendBuffer(body, copied, places.nullOptions() - copied).appendBytes(WITH_USAGE);
    return places.nullOptions() + NULL_LENGTH;
  }

  /** Without the body, which is the client's. */
  @Override
  public String toString() {
    return operation.word() + " of " + model + ", " + body.length() + " bytes";
  }
}
