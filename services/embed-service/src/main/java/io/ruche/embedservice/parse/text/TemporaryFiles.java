package io.ruche.embedservice.parse.text;

import io.ruche.embedservice.parse.wire.ParseFailure;
import java.io.File;

/** The disk that a parsing process keeps parts of files on. */
public final class TemporaryFiles {

  private static final long LEAST_ROOM = 8L << 20;

  private TemporaryFiles() {}

  /** Whether there is so little room that a fault of reading may come of it. */
  public static boolean areOutOfRoom() {
    return new File(System.getProperty("java.io.tmpdir")).getUsableSpace() < LEAST_ROOM;
  }

  /** The fault is the machine's and not the file's. */
  public static ParseFailure outOfRoom() {
    return new ParseFailure(
        ParseFailure.Cause.UNAVAILABLE,
        "The file cannot be read now: this machine's disk has no room for its parts.");
  }
}
