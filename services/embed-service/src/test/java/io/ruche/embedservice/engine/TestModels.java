package io.ruche.embedservice.engine;

import io.ruche.config.ByteSize;
import io.ruche.embedservice.engine.EngineConfig.Kind;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.Pooling;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.embedservice.engine.remote.RemoteConfig;
import io.ruche.embedservice.engine.schedule.QueueConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Small models as files, and engines that use them. */
public final class TestModels {

  /** Bounds that no test reaches. */
  public static final QueueConfig WIDE = new QueueConfig(600_000, 600_000);

  private TestModels() {}

  /** Copies a file of the class path into a folder. */
  public static Path copy(Path folder, String resource) throws IOException {
    Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
    if (!Files.exists(file)) {
      try (InputStream in =
          Objects.requireNonNull(TestModels.class.getResourceAsStream("/" + resource), resource)) {
        Files.copy(in, file);
      }
    }
    return file;
  }

  /** The tokenizer of all of them. */
  public static Path tokenizer(Path folder) throws IOException {
    return copy(folder, "bge-small-en-v1.5-q-tokenizer.json");
  }

  /** A model of 32-bit numbers and 16 dimensions. */
  public static OnnxConfig small(Path folder, Pooling pooling, String output, boolean matryoshka)
      throws IOException {
    OnnxConfig plain = OnnxConfig.bundled();
    return new OnnxConfig(
        copy(folder, "models/embedder.onnx"),
        tokenizer(folder),
        null,
        pooling,
        null,
        null,
        64,
        matryoshka,
        plain.idsInput(),
        plain.maskInput(),
        plain.typesInput(),
        output);
  }

  /** A cross-encoder that counts the words which two texts have in common. */
  public static RerankConfig rerank(Path folder) throws IOException {
    RerankConfig none = RerankConfig.none();
    return new RerankConfig(
        copy(folder, "models/cross-encoder.onnx"),
        tokenizer(folder),
        null,
        64,
        none.idsInput(),
        none.maskInput(),
        none.typesInput(),
        none.output());
  }

  /** An engine in this process. */
  public static EngineConfig local(OnnxConfig onnx, RerankConfig rerank, QueueConfig queue) {
    return new EngineConfig(Kind.ONNX, onnx, remote(null, 0), rerank, queue, 2, 100);
  }

  /** A server of models, with vectors of so many numbers, texts of 32 tokens and batches of 4. */
  public static RemoteConfig remote(@Nullable URI url, int dimensions) {
    return new RemoteConfig(
        url,
        null,
        url == null ? null : "all-minilm",
        dimensions,
        32,
        null,
        null,
        4,
        2,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        2,
        new ByteSize(64 << 10));
  }
}
