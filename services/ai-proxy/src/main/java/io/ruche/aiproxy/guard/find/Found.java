package io.ruche.aiproxy.guard.find;

/** Hears what a {@link Finder} finds, from the start of the text to its end. */
public interface Found {

  /** Personal data of the bytes from {@code start} to {@code end}, exclusive. */
  void data(Kind kind, int start, int end);

  /** A text that looks like a placeholder, {@code [EMAIL_7]}, and was there before. */
  void placeholder(Kind kind, int number);
}
