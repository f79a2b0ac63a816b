package io.ruche.embedservice.parse.wire;

import io.ruche.embedservice.document.ParsedText;

/** What a parsing process says. */
public sealed interface Reply {

  /** It takes files. */
  record Ready() implements Reply {}

  /** A page is recognized now, which takes time of its own. */
  record Recognizing(long id) implements Reply {}

  /**
   * The end of a file.
   *
   * @param heapBytes that the process holds
   */
  record Parsed(long id, ParsedText text, long heapBytes) implements Reply {}

  /** The end of a file that has none. */
  record Failed(long id, ParseFailure failure) implements Reply {}
}
