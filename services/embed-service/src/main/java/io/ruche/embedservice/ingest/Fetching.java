package io.ruche.embedservice.ingest;

import io.ruche.embedservice.ingest.order.Source;
import io.ruche.http.Failure;
import io.ruche.store.S3Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Brings the bytes of a document onto this machine. */
public final class Fetching {

  private static final Duration UNTIL_CONFIGURED = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final @Nullable S3Store s3;
  private final Spool spool;
  private final long mostBytes;

  /**
   * A file in the spool, which its owner frees.
   *
   * @param sha256 of its bytes
   */
  record Fetched(Path file, Buffer sha256, long size) {}

  /**
   * @param s3 null where there is none
   * @param mostBytes of one document
   */
  public Fetching(Vertx vertx, @Nullable S3Store s3, Spool spool, long mostBytes) {
    this.vertx = vertx;
    this.s3 = s3;
    this.spool = spool;
    this.mostBytes = mostBytes;
  }

  /** SHA-256 of what can be told without fetching, or null. */
  static @Nullable Buffer known(Source source) {
    return switch (source) {
      case Source.Text text -> digest(Buffer.buffer(text.text()));
      case Source.Bytes bytes -> digest(bytes.bytes());
      case Source.Stored stored -> stored.sha256();
    };
  }

  private static Buffer digest(Buffer bytes) {
    return Buffer.buffer(Fingerprint.sha256().digest(bytes.getBytes()));
  }

  /** Writes the bytes to a file; fails with {@link io.ruche.store.S3Exception} or Failure. */
  Future<Fetched> fetch(Source source) {
    return switch (source) {
      case Source.Text text -> write(Buffer.buffer(text.text().getBytes(StandardCharsets.UTF_8)));
      case Source.Bytes bytes -> write(bytes.bytes());
      case Source.Stored stored -> read(stored.key());
    };
  }

  private Future<Fetched> write(Buffer bytes) {
    Path file = spool.place();
    return vertx
        .fileSystem()
        .writeFile(file.toString(), bytes)
        .map(new Fetched(file, digest(bytes), bytes.length()))
        .recover(failure -> spool.free(file).compose(freed -> Spool.<Fetched>unwritten(failure)));
  }

  private Future<Fetched> read(String key) {
    S3Store store = s3;
    if (store == null) {
      return Future.failedFuture(
          Failure.unavailable(
              "There is no S3: set RUCHE_S3_URL, RUCHE_S3_ACCESS_KEY and RUCHE_S3_SECRET_KEY.",
              UNTIL_CONFIGURED));
    }
    Path place = spool.place();
    MessageDigest digest = Fingerprint.sha256();
    long[] size = {0};
    return vertx
        .fileSystem()
        .open(place.toString(), new OpenOptions().setWrite(true).setCreateNew(true))
        .compose(
            file ->
                store
                    .read(key, mostBytes, piece -> append(file, piece, size, digest))
                    .eventually(file::close))
        .map(read -> new Fetched(place, Buffer.buffer(digest.digest()), size[0]))
        .recover(failure -> spool.free(place).compose(freed -> Spool.<Fetched>unwritten(failure)));
  }

  private static Future<Void> append(
      AsyncFile file, Buffer piece, long[] size, MessageDigest digest) {
    digest.update(piece.getBytes());
    long at = size[0];
    size[0] += piece.length();
    return file.write(piece, at);
  }
}
