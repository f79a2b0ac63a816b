package io.ruche.embedservice.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import io.ruche.embedservice.engine.token.NativeFiles;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native library of ONNX Runtime, loaded once. It leaves no copy of itself behind, as the one
 * that it would make itself does when the process is killed.
 */
final class OnnxRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntime.class);
  private static final String PATH = "onnxruntime.native.path";

  private OnnxRuntime() {}

  /** Holds the environment that is made with this class. */
  private static final class Loaded {

    private static final OrtEnvironment ENVIRONMENT = load();

    private Loaded() {}

    private static OrtEnvironment load() {
      if (System.getProperty(PATH) != null) {
        return environment();
      }
      ClassLoader loader = OrtEnvironment.class.getClassLoader();
      try (NativeFiles files = NativeFiles.create()) {
        String folder = "ai/onnxruntime/native/" + platform() + "/";
        files.copy(loader, folder + System.mapLibraryName("onnxruntime"));
        files.copy(loader, folder + System.mapLibraryName("onnxruntime4j_jni"));
        System.setProperty(PATH, files.folder().toString());
        return environment();
      } catch (IOException e) {
        throw new IllegalStateException(
            "ONNX Runtime cannot be loaded on " + platform() + ": " + e.getMessage(), e);
      } finally {
        System.clearProperty(PATH);
      }
    }

    private static OrtEnvironment environment() {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      removeItsFolder();
      try {
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
      return environment;
    }
  }

  /**
   * It makes a folder of its own all the same, for a library that only other processors than this
   * one need, and leaves the folder behind even when the process ends well.
   */
  private static void removeItsFolder() {
    try {
      Field made = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("tempDirectory");
      made.setAccessible(true);
      if (made.get(null) instanceof Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(folder);
      }
    } catch (ReflectiveOperationException | IOException | RuntimeException kept) {
      // Another version has it elsewhere, and some systems keep files that are in use.
      LOG.debug("the folder of ONNX Runtime stays: {}", kept.toString());
    }
  }

  /** The environment of all sessions. */
  static OrtEnvironment environment() {
    return Loaded.ENVIRONMENT;
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String family = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : "linux";
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return family + (machine.equals("aarch64") ? "-aarch64" : "-x64");
  }
}
