package io.ruche.embedservice.index.lucene;

import static io.ruche.embedservice.index.Samples.result;

import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.Samples;
import io.ruche.embedservice.index.StoreUnderTest;
import io.ruche.testing.TestFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;

/** The embedded store in a folder of its own. */
final class LuceneUnderTest implements StoreUnderTest {

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private LuceneIndex index;

  LuceneUnderTest() throws IOException {
    folder = TestFolder.make("ruche-lucene");
    index = start(folder);
  }

  private LuceneIndex start(Path place) {
    LuceneIndex started =
        new LuceneIndex(vertx, place, LuceneConfig.standard(), Samples.DIMENSIONS);
    result(started.start());
    return started;
  }

  /** A second index of the same process. */
  LuceneIndex second(Path place) {
    return start(place);
  }

  LuceneIndex lucene() {
    return index;
  }

  Path folder() {
    return folder;
  }

  @Override
  public ChunkIndex index() {
    return index;
  }

  @Override
  public void restart() {
    result(index.stop());
    index = start(folder);
  }

  @Override
  public void close() {
    result(index.stop());
    result(vertx.close());
    TestFolder.delete(folder);
  }
}
