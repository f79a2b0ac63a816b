package io.ruche.embedservice.engine.onnx;

import io.ruche.embedservice.engine.token.NativeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The graph and the tokenizer of a model, to be opened and then closed.
 *
 * @param graph an ONNX file
 * @param tokenizer the text of a {@code tokenizer.json}
 * @param digest SHA-256 of both, in hexadecimal
 */
record ModelFiles(Path graph, String tokenizer, String digest, @Nullable NativeFiles copied)
    implements AutoCloseable {

  private static final String BUNDLED_GRAPH = "bge-small-en-v1.5-q.onnx";
  private static final String BUNDLED_TOKENIZER = "bge-small-en-v1.5-q-tokenizer.json";

  /** The model that comes with the service: bge-small-en-v1.5, its weights as 8-bit integers. */
  static ModelFiles bundled() throws IOException {
    ClassLoader loader = ModelFiles.class.getClassLoader();
    NativeFiles files = NativeFiles.create();
    try {
      return of(files.copy(loader, BUNDLED_GRAPH), files.copy(loader, BUNDLED_TOKENIZER), files);
    } catch (IOException e) {
      files.close();
      throw e;
    }
  }

  /** Files of the operator's. */
  static ModelFiles at(Path graph, Path tokenizer) throws IOException {
    return of(graph, tokenizer, null);
  }

  private static ModelFiles of(Path graph, Path tokenizer, @Nullable NativeFiles copied)
      throws IOException {
    String words = Files.readString(tokenizer);
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(graph), digest)) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {}
    }
    digest.update(words.getBytes(StandardCharsets.UTF_8));
    return new ModelFiles(graph, words, HexFormat.of().formatHex(digest.digest()), copied);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (copied != null) {
      copied.close();
    }
  }
}
