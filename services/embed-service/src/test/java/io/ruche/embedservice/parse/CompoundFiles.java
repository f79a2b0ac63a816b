package io.ruche.embedservice.parse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** Files of Word 97 and Outlook: streams in a compound file, as [MS-DOC] and [MS-OXMSG] say. */
final class CompoundFiles {

  private static final int PAGE = 512;
  private static final int RUNS_AT = 2 * PAGE;
  private static final int TEXT_AT = 4 * PAGE;
  private static final int FIB_PAIRS = 154;
  private static final int STYLES_AT = 64;
  private static final int FONTS_AT = 128;
  private static final int PIECES_AT = 192;
  private static final int RUN_PAGES_AT = 256;
  private static final int SETTINGS_AT = 512;

  private CompoundFiles() {}

  /** A Word 97 document of paragraphs, without any style. */
  static byte[] doc(String... paragraphs) {
    String text = String.join("\r", paragraphs) + "\r";
    return Fixtures.bytes(
        out -> {
          try (POIFSFileSystem system = new POIFSFileSystem()) {
            stream(system.getRoot(), "WordDocument", wordDocument(text));
            stream(system.getRoot(), "1Table", table(text.length()));
            system.writeFilesystem(out);
          }
        });
  }

  /** The head of the file, [MS-DOC] 2.5.1, and the text in UTF-16. */
  private static byte[] wordDocument(String text) {
    byte[] letters = text.getBytes(StandardCharsets.UTF_16LE);
    byte[] bytes = new byte[TEXT_AT + Math.max(letters.length, 4_096)];
    ByteBuffer file = little(bytes);
    file.putShort(0, (short) 0xA5EC).putShort(2, (short) 0xC1).putShort(6, (short) 0x0409);
    // The table is in 1Table, and characters have two bytes.
    file.putShort(10, (short) (0x0200 | 0x1000)).putShort(12, (short) 0xBF);
    file.putInt(24, TEXT_AT).putInt(28, TEXT_AT + letters.length);
    file.putShort(32, (short) 14).putShort(62, (short) 22).putShort(152, (short) 0x5D);
    file.putInt(64, TEXT_AT + letters.length).putInt(76, text.length());
    pair(file, 1, STYLES_AT, 20);
    pair(file, 12, RUN_PAGES_AT, 12);
    pair(file, 15, FONTS_AT, 4);
    pair(file, 31, SETTINGS_AT, 500);
    pair(file, 33, PIECES_AT, 21);
    // One run of letters without properties, in a page of its own.
    file.putInt(RUNS_AT, TEXT_AT).putInt(RUNS_AT + 4, TEXT_AT + letters.length);
    file.put(RUNS_AT + PAGE - 1, (byte) 1);
    file.position(TEXT_AT);
    file.put(letters);
    return bytes;
  }

  /** Where something is in the table, and how long. */
  private static void pair(ByteBuffer file, int index, int at, int length) {
    file.putInt(FIB_PAIRS + 8 * index, at).putInt(FIB_PAIRS + 8 * index + 4, length);
  }

  /** No styles, no fonts, one piece and one run of text. */
  private static byte[] table(int characters) {
    byte[] bytes = new byte[4_096];
    ByteBuffer table = little(bytes);
    table.putShort(STYLES_AT, (short) 18).putShort(STYLES_AT + 4, (short) 10);
    table.putInt(RUN_PAGES_AT, TEXT_AT).putInt(RUN_PAGES_AT + 4, TEXT_AT + 2 * characters);
    table.putInt(RUN_PAGES_AT + 8, RUNS_AT / PAGE);
    table.put(PIECES_AT, (byte) 2).putInt(PIECES_AT + 1, 16);
    table.putInt(PIECES_AT + 5, 0).putInt(PIECES_AT + 9, characters);
    table.putInt(PIECES_AT + 15, TEXT_AT);
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An Outlook message with a file attached; without one when its name is empty. */
  static byte[] msg(String subject, String body, String name, String type, byte[] attached) {
    return Fixtures.bytes(
        out -> {
          try (POIFSFileSystem system = new POIFSFileSystem()) {
            DirectoryEntry root = system.getRoot();
            text(root, "001A", "IPM.Note");
            text(root, "0037", subject);
            text(root, "1000", body);
            stream(root, "__properties_version1.0", new byte[32]);
            if (!name.isEmpty()) {
              DirectoryEntry part = root.createDirectory("__attach_version1.0_#00000000");
              text(part, "3707", name);
              text(part, "370E", type);
              stream(part, "__substg1.0_37010102", attached);
              stream(part, "__properties_version1.0", new byte[8]);
            }
            system.writeFilesystem(out);
          }
        });
  }

  private static void text(DirectoryEntry folder, String property, String value)
      throws IOException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_16LE);
    stream(folder, "__substg1.0_" + property + "001F", bytes);
  }

  private static void stream(DirectoryEntry folder, String name, byte[] bytes) throws IOException {
    folder.createDocument(name, new ByteArrayInputStream(bytes));
  }
}
