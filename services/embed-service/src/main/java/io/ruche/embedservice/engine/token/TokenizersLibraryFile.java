package io.ruche.embedservice.engine.token;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.util.Locale;

/**
 * The native library of the tokenizers, loaded once. It is taken from its jar here and not by DJL,
 * which keeps a folder in the user's home, can download another one and reports its use to its
 * makers.
 */
final class TokenizersLibraryFile {

  private static final String FOLDER = "native/lib/";

  private TokenizersLibraryFile() {}

  /** Holds the library that is loaded with this class. */
  private static final class Loaded {

    private static final TokenizersLibrary LIBRARY = load();

    private Loaded() {}

    private static TokenizersLibrary load() {
      ClassLoader loader = TokenizersLibrary.class.getClassLoader();
      try (NativeFiles files = NativeFiles.create()) {
        System.load(files.copy(loader, FOLDER + platform() + "/cpu/" + name()).toString());
        return TokenizersLibrary.LIB;
      } catch (IOException e) {
        throw new IllegalStateException(
            "the tokenizers cannot be loaded on " + platform() + ": " + e.getMessage(), e);
      }
    }
  }

  /** The functions of the library. */
  static TokenizersLibrary get() {
    return Loaded.LIBRARY;
  }

  private static String name() {
    return System.mapLibraryName("tokenizers");
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String family = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : "linux";
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return family + (machine.equals("aarch64") ? "-aarch64" : "-x86_64");
  }
}
