package io.ruche.standalone.stores;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.Secret;
import io.ruche.standalone.machine.DataFolder;
import io.ruche.store.S3Address;
import io.ruche.store.S3Exception;
import io.ruche.store.S3Object;
import io.ruche.store.S3Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The S3 client against the embedded S3, which checks its signatures. */
final class S3StoreIT {

  private static final String KEY = "koff/calls/l'\u00e9t\u00e9 (1)+a=b.ogg";

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private DataFolder data;
  private EmbeddedS3 embedded;
  private S3Store store;

  @BeforeEach
  void start() throws Exception {
    data = DataFolder.open(folder.resolve("data"));
    embedded = new EmbeddedS3(data, StoresForTests.freePorts().s3());
    embedded.start();
  }

  @AfterEach
  void close() throws Exception {
    embedded.stop();
    data.close();
    vertx.close().await(10, SECONDS);
  }

  private S3Store open(String secretKey) {
    StoreUrls.S3 s3 = embedded.address();
    store =
        new S3Store(
            vertx,
            new S3Address(
                s3.url(), new Secret(s3.accessKey()), new Secret(secretKey), "us-east-1", "ruche"),
            Clock.systemUTC());
    return store;
  }

  private Buffer read(String secretKey, String key, long most) throws Exception {
    Buffer read = Buffer.buffer();
    open(secretKey)
        .read(
            key,
            most,
            piece -> {
              read.appendBuffer(piece);
              return Future.succeededFuture();
            })
        .await(10, SECONDS);
    return read;
  }

  @Test
  void readsAnObjectWhateverItsKey() throws Exception {
    String path = "/ruche/koff/calls/l%27%C3%A9t%C3%A9%20%281%29%2Ba%3Db.ogg";
    String sound = "bees ".repeat(100_000);
    assertEquals(200, SignedS3.send(embedded.address(), "PUT", path, sound).statusCode());

    Buffer read = read(embedded.address().secretKey(), KEY, 1_000_000);

    assertArrayEquals(sound.getBytes(StandardCharsets.UTF_8), read.getBytes());
    S3Exception tooLong =
        assertThrows(S3Exception.class, () -> read(embedded.address().secretKey(), KEY, 1_000));
    assertTrue(tooLong.lasting());
  }

  @Test
  void writesListsAndDeletesObjects() throws Exception {
    open(embedded.address().secretKey());
    Path file = folder.resolve("file");
    String sound = "bees ".repeat(100_000);
    Files.writeString(file, sound);
    for (String key : List.of(KEY, "koff/calls/a", "koff/calls/b", "koff/other")) {
      AsyncFile open =
          vertx
              .fileSystem()
              .open(file.toString(), new OpenOptions().setRead(true).setWrite(false))
              .await(10, SECONDS);
      store.write(key, "audio/ogg", sound.length(), open).await(10, SECONDS);
    }

    List<S3Object> first = store.list("koff/calls/", "", 2).await(10, SECONDS);
    List<S3Object> second = store.list("koff/calls/", "koff/calls/b", 2).await(10, SECONDS);

    assertEquals(List.of("koff/calls/a", "koff/calls/b"), keys(first));
    assertEquals(List.of(KEY), keys(second));
    assertEquals(sound.length(), first.getFirst().size());
    assertFalse(first.getFirst().etag().isEmpty());
    assertEquals(sound, read(embedded.address().secretKey(), KEY, 1_000_000).toString());
    store.delete(KEY).await(10, SECONDS);
    store.delete(KEY).await(10, SECONDS);
    assertEquals(List.of(), store.list("koff/calls/", "koff/calls/b", 2).await(10, SECONDS));
  }

  private static List<String> keys(List<S3Object> objects) {
    return objects.stream().map(S3Object::key).toList();
  }

  @Test
  void tellsWhatLastsFromWhatMayPass() {
    S3Exception none =
        assertThrows(
            S3Exception.class, () -> read(embedded.address().secretKey(), "koff/none", 1_000));
    S3Exception wrongKey =
        assertThrows(S3Exception.class, () -> read("0".repeat(48), "koff/none", 1_000));

    assertTrue(none.lasting(), none.getMessage());
    assertFalse(wrongKey.lasting(), wrongKey.getMessage());
  }
}
