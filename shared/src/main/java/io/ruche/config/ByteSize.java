package io.ruche.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 1MiB} or {@code 512KiB} (powers of 1024), {@code 50MB} (1000)
 * or plain.
 */
public record ByteSize(long bytes) {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,19}) ?([A-Za-z]*)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("b", 1L),
          Map.entry("kb", 1_000L),
          Map.entry("mb", 1_000_000L),
          Map.entry("gb", 1_000_000_000L),
          Map.entry("tb", 1_000_000_000_000L),
          Map.entry("kib", 1L << 10),
          Map.entry("mib", 1L << 20),
          Map.entry("gib", 1L << 30),
          Map.entry("tib", 1L << 40));

  /** Rejects sizes below zero. */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is never below 0, as " + bytes + " is");
    }
  }

  /** Reads the written form; the exception says what is wrong with it and does not repeat it. */
  static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text);
    Long unit = form.matches() ? UNITS.get(form.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("is not a size");
    }
    try {
      return new ByteSize(Math.multiplyExact(Long.parseLong(form.group(1)), unit));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("is larger than any size can be", e);
    }
  }

  /** The shortest exact form that a configuration would read back. */
  @Override
  public String toString() {
    String[] units = {"", "KiB", "MiB", "GiB", "TiB"};
    int power = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, units.length - 1);
    return (bytes >> (10 * power)) + units[power];
  }
}
