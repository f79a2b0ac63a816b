package io.ruche.aiproxy.usage;

import io.ruche.aiproxy.ledger.entry.UsageSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one usage object, under either of OpenAI's two sets of names. Every answer ends
 * with one, so its few numbers are picked out of the bytes without a parser; arrays are passed
 * over.
 */
final class UsageCounts {

  private static final byte[][] INPUT = {ascii("prompt_tokens"), ascii("input_tokens")};
  private static final byte[][] OUTPUT = {ascii("completion_tokens"), ascii("output_tokens")};
  private static final byte[][] CACHED = {ascii("cached_tokens")};

  /** More than that is no count of tokens. */
  private static final int MOST_DIGITS = 15;

  private static final long NONE = -1;

  private final byte[] json;
  private final int length;
  private int at;
  private long input = NONE;
  private long output = NONE;
  private long cached;

  private UsageCounts(byte[] json, int length) {
    this.json = json;
    this.length = length;
  }

  /** Null when neither input nor output is counted in it. */
  static @Nullable Usage read(byte[] json, int length) {
    UsageCounts counts = new UsageCounts(json, length);
    counts.read();
    if (counts.input == NONE && counts.output == NONE) {
      return null;
    }
    long in = Math.max(0, counts.input);
    return new Usage(
        in, Math.min(in, counts.cached), Math.max(0, counts.output), UsageSource.PROVIDER);
  }

  private void read() {
    int arrays = 0;
    while (at < length) {
      byte b = json[at];
      if (b == '"') {
        int from = at + 1;
        int end = endOfString(from);
        at = end + 1;
        skipBlanks();
        if (arrays == 0 && at < length && json[at] == ':') {
          at++;
          skipBlanks();
          value(from, end);
        }
      } else {
        arrays += b == '[' ? 1 : b == ']' ? -1 : 0;
        at++;
      }
    }
  }

  private int endOfString(int from) {
    int end = from;
    while (end < length && json[end] != '"') {
      end += json[end] == '\\' ? 2 : 1;
    }
    return Math.min(end, length);
  }

  private void skipBlanks() {
    while (at < length && json[at] <= ' ') {
      at++;
    }
  }

  /** A whole number under one of the names; a negative one counts as nothing. */
  private void value(int from, int end) {
    boolean negative = at < length && json[at] == '-';
    int begin = negative ? at + 1 : at;
    int digit = begin;
    long number = 0;
    while (digit < length && json[digit] >= '0' && json[digit] <= '9') {
      number = digit - begin < MOST_DIGITS ? number * 10 + json[digit] - '0' : number;
      digit++;
    }
    boolean whole = digit > begin && digit - begin <= MOST_DIGITS && !isFraction(digit);
    if (whole) {
      count(from, end, negative ? 0 : number);
      at = digit;
    }
  }

  private boolean isFraction(int next) {
    return next < length && (json[next] == '.' || json[next] == 'e' || json[next] == 'E');
  }

  private void count(int from, int end, long tokens) {
    if (is(INPUT, from, end)) {
      input = tokens;
    } else if (is(OUTPUT, from, end)) {
      output = tokens;
    } else if (is(CACHED, from, end)) {
      cached = tokens;
    }
  }

  private boolean is(byte[][] names, int from, int end) {
    for (byte[] name : names) {
      if (Arrays.equals(json, from, end, name, 0, name.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
