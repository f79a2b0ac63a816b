package io.ruche.aiproxy.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Watches an answer pass, in pieces as they come, and remembers the last {@code usage} object in
 * it: OpenAI's at the end of a JSON answer or of a stream, Groq's in {@code x_groq}, the Responses
 * API's in {@code response}. Knows just enough of JSON to tell a key from text, changes nothing and
 * keeps at most {@link #LONGEST} bytes. Not thread-safe.
 */
public final class UsageScanner {

  private static final byte[] USAGE = ascii("usage");

  /** Keys whose strings are what the model wrote. */
  private static final byte[][] WRITTEN = {
    ascii("content"), ascii("arguments"), ascii("reasoning"), ascii("refusal"), ascii("delta")
  };

  private static final int LONGEST_KEY = 16;
  private static final int LONGEST = 4_096;

  /** Bytes of nearly every usage. */
  private static final int USUAL = 512;

  /** No tokenizer that is in use writes fewer characters a token, over a whole answer. */
  private static final int BYTES_A_TOKEN = 3;

  private final byte[] word = new byte[LONGEST_KEY];
  private int wordLength;
  private boolean inString;
  private boolean escaped;

  /** Where the string just ended may turn out to be a key. */
  private boolean keyPossible;

  private boolean afterUsage;
  private boolean afterWritten;
  private byte[] held = new byte[0];
  private int heldLength;
  private int depth;
  private boolean holding;
  private long writtenBytes;
  private @Nullable Usage last;

  /** The next bytes of the answer. */
  public void feed(byte[] bytes) {
    int from = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (inString) {
        at = inside(bytes, at);
      } else {
        holding &= heldLength + at - from < LONGEST;
        boolean before = holding;
        outside(bytes[at]);
        if (holding && !before) {
          from = at;
        } else if (before && depth == 0) {
          hold(bytes, from, at + 1);
          read();
          holding = false;
        }
      }
    }
    if (holding) {
      hold(bytes, from, bytes.length);
    }
  }

  /** Goes on to the end of a string, or of the bytes; the last index that was looked at. */
  private int inside(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length) {
      byte b = bytes[at];
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        grow(bytes, from, at);
        inString = false;
        keyPossible = true;
        if (afterWritten) {
          writtenBytes += wordLength;
        }
        afterUsage = false;
        afterWritten = false;
        return at;
      } else if (b == '\n') {
        // No JSON string has a bare line feed: something was cut, and a new line begins anew.
        inString = false;
        return at;
      }
      at++;
    }
    grow(bytes, from, at);
    return at;
  }

  private void grow(byte[] bytes, int from, int end) {
    for (int i = from; i < end && wordLength + i - from < LONGEST_KEY; i++) {
      word[wordLength + i - from] = bytes[i];
    }
    wordLength += end - from;
  }

  private void outside(byte b) {
    switch (b) {
      case '"' -> {
        inString = true;
        wordLength = 0;
        keyPossible = false;
      }
      case ':' -> {
        afterUsage = keyPossible && is(USAGE);
        afterWritten = keyPossible && isWritten();
        keyPossible = false;
      }
      case '{' -> {
        if (holding) {
          depth++;
        } else if (afterUsage) {
          begin();
        }
        afterUsage = false;
        afterWritten = false;
      }
      case '}' -> {
        if (holding) {
          depth--;
        }
      }
      case ' ', '\t', '\r', '\n' -> {}
      default -> {
        keyPossible = false;
        afterUsage = false;
        afterWritten = false;
      }
    }
  }

  private boolean is(byte[] key) {
    return wordLength == key.length && Arrays.equals(word, 0, wordLength, key, 0, key.length);
  }

  private boolean isWritten() {
    for (byte[] key : WRITTEN) {
      if (is(key)) {
        return true;
      }
    }
    return false;
  }

  private void begin() {
    holding = true;
    depth = 1;
    if (held.length == 0) {
      held = new byte[USUAL];
    }
    heldLength = 0;
  }

  /** Keeps what belongs to the object, or gives it up when it is too long. */
  private void hold(byte[] bytes, int from, int end) {
    int length = end - from;
    if (heldLength + length > LONGEST) {
      holding = false;
      return;
    }
    if (heldLength + length > held.length) {
      held = Arrays.copyOf(held, LONGEST);
    }
    System.arraycopy(bytes, from, held, heldLength, length);
    heldLength += length;
  }

  private void read() {
    Usage usage = UsageCounts.read(held, heldLength);
    if (usage != null) {
      last = usage;
    }
  }

  /** What the provider said, the last time it did; null when it never did. */
  public @Nullable Usage told() {
    return last;
  }

  /** Tokens that the model wrote, guessed from the text that passed. */
  public long estimatedOutput() {
    return Math.ceilDiv(writtenBytes, BYTES_A_TOKEN);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
