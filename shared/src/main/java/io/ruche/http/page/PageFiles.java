package io.ruche.http.page;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of one page in memory: those that all pages share, and its own. Their version is made
 * from what is in them and stands in their paths, so a browser may keep them for ever; modules name
 * each other by relative paths and so stay within one version.
 */
final class PageFiles {

  private static final String SHARED = "page/shared/";
  private static final List<String> SHARED_FILES =
      List.of(
          "base.css",
          "components.css",
          "dom.js",
          "http.js",
          "icon.svg",
          "language.js",
          "session.js",
          "shell.js",
          "shared.en.json",
          "shared.fr.json");
  private static final String INDEX = SHARED + "index.html";
  private static final String VERSION = "{{version}}";
  private static final int VERSION_LENGTH = 16;

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml");

  private final Map<String, Buffer> files = new TreeMap<>();
  private final String version;
  private final Buffer index;

  /**
   * Reads the files.
   *
   * @param folder on the class path, {@code page/ai-proxy}, whose app.js the page begins with
   * @param own the files in it
   * @throws IllegalArgumentException when one is missing, is of no known type or has a shared name
   */
  PageFiles(String folder, List<String> own) {
    MessageDigest digest = sha256();
    byte[] template = read(INDEX);
    digest.update(template);
    List<String> places = new ArrayList<>();
    SHARED_FILES.forEach(name -> places.add(SHARED + name));
    own.forEach(name -> places.add(folder + "/" + name));
    for (String place : places) {
      String name = place.substring(place.lastIndexOf('/') + 1);
      byte[] bytes = read(place);
      digest.update(bytes);
      if (type(name) == null || files.put(name, Buffer.buffer(bytes)) != null) {
        throw new IllegalArgumentException(
            place + " has the name of a shared file or an extension that is not one of " + TYPES);
      }
    }
    version = HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_LENGTH);
    index = Buffer.buffer(new String(template, StandardCharsets.UTF_8).replace(VERSION, version));
  }

  String version() {
    return version;
  }

  Buffer index() {
    return index;
  }

  @Nullable Buffer file(String name) {
    return files.get(name);
  }

  static @Nullable String type(String name) {
    return TYPES.get(name.substring(name.lastIndexOf('.') + 1));
  }

  private static byte[] read(String place) {
    try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(place)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + place + " on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + place, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
