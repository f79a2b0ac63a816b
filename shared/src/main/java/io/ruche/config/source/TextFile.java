package io.ruche.config.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What came of reading a small UTF-8 file. */
public sealed interface TextFile {

  /** Its text, without a byte order mark. */
  record Text(String text) implements TextFile {

    /** Names no content, which may be a secret. */
    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /** There is no such file. */
  record Missing() implements TextFile {}

  /** There is one, and why it cannot be read, as the rest of a sentence: {@code is a folder}. */
  record Unreadable(String why) implements TextFile {}

  /** Reads a regular file of at most so many bytes; never blocks on a pipe or a device. */
  static TextFile read(Path file, int maxBytes) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        return new Unreadable(
            attributes.isDirectory() ? "is a folder, not a file" : "is not a regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(maxBytes + 1);
        return bytes.length > maxBytes
            ? new Unreadable("is larger than " + maxBytes + " bytes")
            : decode(bytes);
      }
    } catch (NoSuchFileException e) {
      return Files.isSymbolicLink(file)
          ? new Unreadable("is a link to a file that does not exist")
          : new Missing();
    } catch (AccessDeniedException e) {
      return new Unreadable("may not be read by this user; change its owner or mode");
    } catch (FileSystemException e) {
      String reason = e.getReason();
      return new Unreadable("cannot be read" + (reason == null ? "" : " (" + reason + ")"));
    } catch (IOException e) {
      return new Unreadable("cannot be read (" + e.getMessage() + ")");
    }
  }

  private static TextFile decode(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new Text(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      return new Unreadable("is not UTF-8 text");
    }
  }
}
