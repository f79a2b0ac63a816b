package io.ruche.aiproxy.form;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.Failure;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpoolTest {

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private Spool spool;

  @BeforeEach
  void open() throws Exception {
    spool = new Spool(vertx, folder);
    spool.start().await(10, SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  private SpooledBody take(String tenant) throws Exception {
    return spool.open(tenant).await(10, SECONDS);
  }

  @Test
  void leavesRoomToOthersWhateverOneTenantTakes() throws Exception {
    List<SpooledBody> taken = new ArrayList<>();
    for (int i = 0; i < Spool.MOST_OF_TENANT; i++) {
      taken.add(take("greedy"));
    }

    Failure refused = assertThrows(Failure.class, () -> take("greedy"));
    assertEquals(429, refused.status());
    assertTrue(refused.headers().containsKey("Retry-After"), refused.headers().toString());
    take("modest").close();

    taken.getFirst().close();
    take("greedy").close();
  }

  @Test
  void refusesAnybodyWhenItIsFull() throws Exception {
    for (int i = 0; i < 4 * Spool.MOST_OF_TENANT; i++) {
      take("tenant-" + i);
    }

    assertEquals(503, assertThrows(Failure.class, () -> take("one-more")).status());
  }
}
