package io.ruche.aiproxy.upstream;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * What Ruche needs to know of a chat.completions body, read in one pass over its bytes. The body
 * itself goes to the provider as it came, with every field that is unknown here.
 *
 * @param model which model is asked, as the client names it
 * @param stream whether the answer is to come in pieces, as server-sent events
 * @param streamUsage whether the client itself asks for the usage at the end of a stream
 * @param maxOutput tokens that the answer may have at most, of all choices; 0 when nothing is said
 * @param inputTokens about how many tokens the body has: rather too many than too few, for text
 * @param places where in the body the values stand that may have to be changed
 */
public record ChatRequest(
    String model,
    boolean stream,
    boolean streamUsage,
    long maxOutput,
    long inputTokens,
    Places places) {

  private static final int MOST_BYTES_A_TOKEN = 5;
  private static final long MOST_ASSUMED_TOKENS = 2_000;

  private static final byte[] ASK_FOR_USAGE =
      "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.US_ASCII);

  /**
   * Offsets into the body.
   *
   * @param open behind the brace that opens the body
   * @param modelStart where the model's string begins, its opening quote
   * @param modelEnd where it ends, behind its closing quote
   * @param streamOptions whether the body has {@code stream_options}, which then stay as they are
   */
  public record Places(int open, int modelStart, int modelEnd, boolean streamOptions) {}

  /**
   * Reads a body, which must be one JSON object with {@code model} and {@code messages}.
   *
   * @throws Failure 400 that says what is wrong and where
   */
  public static ChatRequest read(Buffer body) {
    return ChatScan.read(body.getBytes());
  }

  /**
   * About the fewest tokens that the body can take at the provider: pictures in it are long and
   * count little.
   */
  public long leastTokens(Buffer body) {
    return Math.min(body.length() / MOST_BYTES_A_TOKEN, MOST_ASSUMED_TOKENS) + 1;
  }

  /** Tokens that the answer may have: what the client says, or else what is usual. */
  public long mostOutput(long usual) {
    return maxOutput > 0 ? maxOutput : usual;
  }

  /**
   * Whether {@link #bodyFor} adds what makes a provider tell the usage at the end of a stream, in a
   * piece that the client has not asked for.
   */
  public boolean canAskForUsage() {
    return stream && !places.streamOptions();
  }

  /**
   * The body that asks for another model, or for the usage as well, and is the same in every other
   * byte.
   *
   * @param body that this was read from
   * @param askForUsage where {@link #canAskForUsage}
   */
  public Buffer bodyFor(String otherModel, boolean askForUsage, Buffer body) {
    boolean asks = askForUsage && canAskForUsage();
    boolean renames = !otherModel.equals(model);
    if (!asks && !renames) {
      return body;
    }
    Buffer patched = Buffer.buffer(body.length() + ASK_FOR_USAGE.length + otherModel.length() + 2);
    int copied = 0;
    if (asks) {
      patched.appendBuffer(body, 0, places.open()).appendBytes(ASK_FOR_USAGE);
      copied = places.open();
    }
    if (renames) {
      patched
          .appendBuffer(body, copied, places.modelStart() - copied)
          .appendByte((byte) '"')
          .appendBytes(JsonStringEncoder.getInstance().quoteAsUTF8(otherModel))
          .appendByte((byte) '"');
      copied = places.modelEnd();
    }
    return patched.appendBuffer(body, copied, body.length() - copied);
  }
}
