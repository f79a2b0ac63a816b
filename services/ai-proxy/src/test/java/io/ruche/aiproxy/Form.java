package io.ruche.aiproxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** A form as clients send it, in the order in which its parts are added. */
public final class Form {

  /** Of the forms of this class. */
  public static final String BOUNDARY = "----formdata-undici-0123456789";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Adds a field. */
  public Form field(String name, String value) {
    return write("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n", BOUNDARY, name)
        .write("%s%s\r\n", value, "");
  }

  /** Adds a file. */
  public Form file(String name, byte[] content) {
    String disposition = "form-data; name=\"file\"; filename=\"" + name + "\"";
    write("--%s\r\nContent-Disposition: %s\r\n\r\n", BOUNDARY, disposition);
    bytes.writeBytes(content);
    bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private Form write(String format, String one, String two) {
    bytes.writeBytes(format.formatted(one, two).getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** The whole form. */
  public byte[] end() {
    bytes.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  /** Sound of so many bytes, a wave file, with everything in it that looks like an end. */
  public static byte[] sound(int length) {
    byte[] sound = new byte[length];
    for (int i = 0; i < length; i++) {
      sound[i] = (byte) (i * 31 + i / 251);
    }
    byte[] wave = "RIFF....WAVEfmt \20\0\0\0\1\0\1\0".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(wave, 0, sound, 0, Math.min(length, wave.length));
    byte[] trap =
        ("\r\n--" + BOUNDARY.substring(0, 20) + "\r\r\n--\r\n").getBytes(StandardCharsets.US_ASCII);
    for (int at = 100; at + trap.length < length; at += 50_021) {
      System.arraycopy(trap, 0, sound, at, trap.length);
    }
    return sound;
  }

  /** A request with a form. */
  public static HttpRequest.Builder post(URI uri, byte[] form) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(60))
        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
        .header("Authorization", "Bearer rk_good")
        .POST(BodyPublishers.ofByteArray(form));
  }

  /** SHA-256, in hexadecimal digits. */
  public static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
