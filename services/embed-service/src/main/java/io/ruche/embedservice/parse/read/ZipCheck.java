package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.text.Budget;
import io.ruche.embedservice.parse.wire.ParseFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks a zip-packed file to nowhere, once, before a reader trusts it: what its directory says of
 * sizes is the sender's word.
 */
final class ZipCheck {

  /** Below it no ratio is looked at: a small file of blanks is no harm. */
  private static final long HARMLESS = 16L << 20;

  private static final int MOST_ENTRIES = 100_000;
  private static final int BUFFER = 1 << 16;

  private ZipCheck() {}

  /**
   * Counts what comes out.
   *
   * @throws ParseFailure when it is too much
   */
  static void check(Path file, Budget budget) throws IOException {
    long packed = Files.size(file);
    long unpacked = 0;
    int entries = 0;
    byte[] buffer = new byte[BUFFER];
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      Enumeration<ZipArchiveEntry> all = zip.getEntries();
      while (all.hasMoreElements()) {
        ZipArchiveEntry entry = all.nextElement();
        entries++;
        if (entries > MOST_ENTRIES) {
          throw new ParseFailure(
              ParseFailure.Cause.EXPANDS_TOO_MUCH,
              "The packed file has more than %d parts; a document has a few hundred at most."
                  .formatted(MOST_ENTRIES));
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
          throw new ParseFailure(
              ParseFailure.Cause.ENCRYPTED,
              "A part of the packed file needs a password; send the file without protection.");
        }
        if (!zip.canReadEntryData(entry)) {
          continue;
        }
        try (InputStream in = zip.getInputStream(entry)) {
          for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            unpacked += count;
            budget.unpacked(count);
            if (unpacked > HARMLESS && unpacked / budget.limits().ratio() > packed) {
              throw new ParseFailure(
                  ParseFailure.Cause.EXPANDS_TOO_MUCH,
                  "The file unpacks to more than %d times its %d bytes, as a zip bomb does; documents stay far below."
                      .formatted(budget.limits().ratio(), packed));
            }
          }
        }
      }
    }
  }
}
