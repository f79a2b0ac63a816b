package io.ruche.embedservice.index.qdrant;

import static io.ruche.embedservice.index.Samples.result;

import io.ruche.config.Secret;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.Samples;
import io.ruche.embedservice.index.StoreUnderTest;
import io.vertx.core.Vertx;
import java.net.URI;

/**
 * The store on Qdrant. A real one is used when {@code RUCHE_TEST_QDRANT_URL} names its gRPC port;
 * otherwise one that is simulated from its published contract.
 */
final class QdrantUnderTest implements StoreUnderTest {

  static final String COLLECTION = "ruche-test-" + ProcessHandle.current().pid();

  private final Vertx vertx = Vertx.vertx();
  private final QdrantSimulator simulator;
  private final QdrantConfig config;
  private QdrantIndex index;

  QdrantUnderTest() throws Exception {
    simulator = new QdrantSimulator("right");
    String real = System.getenv("RUCHE_TEST_QDRANT_URL");
    config =
        QdrantConfig.at(
            URI.create(real == null ? "http://127.0.0.1:" + simulator.port() : real),
            new Secret("right"));
    index = start();
  }

  private QdrantIndex start() {
    QdrantIndex started = new QdrantIndex(vertx, config, COLLECTION, Samples.DIMENSIONS);
    result(started.start());
    return started;
  }

  QdrantSimulator simulator() {
    return simulator;
  }

  Vertx vertx() {
    return vertx;
  }

  @Override
  public ChunkIndex index() {
    return index;
  }

  @Override
  public void restart() {
    result(index.stop());
    index = start();
  }

  @Override
  public void close() throws Exception {
    result(index.stop());
    simulator.close();
    result(vertx.close());
  }
}
