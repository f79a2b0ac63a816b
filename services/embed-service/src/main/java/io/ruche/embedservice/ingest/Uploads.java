package io.ruche.embedservice.ingest;

import io.ruche.http.Failure;
import io.ruche.store.S3Store;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.streams.ReadStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes files in: onto this machine first, where their hash is known at the end, then into S3. */
public final class Uploads {

  /** Files on their way at a time: each takes disk up to the limit of one. */
  private static final int MOST = 32;

  private static final Duration UNTIL_ONE_IS_GONE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final @Nullable S3Store s3;
  private final Spool spool;
  private final long mostBytes;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * A file on this machine.
   *
   * @param sha256 of its bytes
   */
  public record Received(Path file, Buffer sha256, long size) {}

  public Uploads(Vertx vertx, @Nullable S3Store s3, Spool spool, long mostBytes) {
    this.vertx = vertx;
    this.s3 = s3;
    this.spool = spool;
    this.mostBytes = mostBytes;
  }

  /**
   * Holds that there is somewhere to put a file.
   *
   * @throws Failure 503, or 413 for one that says itself that it is too long
   */
  public void requireRoom(@Nullable String contentLength) {
    if (s3 == null) {
      throw Failure.unavailable(
          "There is no S3 to keep files in: set RUCHE_S3_URL, RUCHE_S3_ACCESS_KEY and"
              + " RUCHE_S3_SECRET_KEY.");
    }
    if (underWay.get() >= MOST) {
      throw Failure.unavailable(MOST + " files are on their way already.", UNTIL_ONE_IS_GONE);
    }
    if (contentLength != null && contentLength.length() < 19 && tooLong(contentLength)) {
      throw tooLong();
    }
  }

  private boolean tooLong(String contentLength) {
    return Long.parseLong(contentLength) > mostBytes;
  }

  private Failure tooLong() {
    return Failure.payloadTooLarge(
        "A file has at most " + mostBytes + " bytes (max-file in embed-service.yaml).");
  }

  /** Writes a paused stream to a file; its owner frees it. Fails with {@link Failure}. */
  public Future<Received> receive(ReadStream<Buffer> bytes) {
    underWay.incrementAndGet();
    Path place = spool.place();
    return vertx
        .fileSystem()
        .open(place.toString(), new OpenOptions().setWrite(true).setCreateNew(true))
        .compose(file -> receive(bytes, file).eventually(file::close))
        .map(whole -> new Received(place, whole.sha256(), whole.size()))
        .recover(failure -> spool.free(place).compose(freed -> Spool.<Received>unwritten(failure)))
        .onComplete(ended -> underWay.decrementAndGet());
  }

  private Future<Received> receive(ReadStream<Buffer> bytes, AsyncFile file) {
    Promise<Received> whole = Promise.promise();
    MessageDigest digest = Fingerprint.sha256();
    long[] size = {0};
    bytes
        .exceptionHandler(
            cut -> whole.tryFail(Failure.badRequest("The file ended before it was whole.")))
        .handler(
            piece -> {
              if (size[0] + piece.length() > mostBytes) {
                whole.tryFail(tooLong());
              }
              if (whole.future().isComplete()) {
                return;
              }
              digest.update(piece.getBytes());
              long at = size[0];
              size[0] += piece.length();
              bytes.pause();
              file.write(piece, at).onFailure(whole::tryFail).onComplete(done -> bytes.resume());
            })
        .endHandler(
            end ->
                whole.tryComplete(
                    new Received(Path.of(""), Buffer.buffer(digest.digest()), size[0])));
    bytes.resume();
    return whole.future();
  }

  /** Puts a received file into S3. */
  public Future<Void> store(Received received, String key, String contentType) {
    S3Store store = s3;
    if (store == null) {
      return Future.failedFuture(Failure.unavailable("There is no S3."));
    }
    return vertx
        .fileSystem()
        .open(received.file().toString(), new OpenOptions().setRead(true).setWrite(false))
        .compose(
            file ->
                store
                    .write(key, contentType, received.size(), file)
                    .eventually(() -> file.close().otherwiseEmpty()))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof Failure
                        ? failure
                        : Failure.unavailable(
                                "The S3 store did not take the file.", UNTIL_ONE_IS_GONE)
                            .withCause(failure)));
  }

  /** Writes a text to a file; its owner frees it. */
  public Future<Received> receive(Buffer text) {
    Path place = spool.place();
    return vertx
        .fileSystem()
        .writeFile(place.toString(), text)
        .map(
            new Received(
                place, Buffer.buffer(Fingerprint.sha256().digest(text.getBytes())), text.length()))
        .recover(failure -> spool.free(place).compose(freed -> Spool.<Received>unwritten(failure)));
  }

  /** The file is not needed any more. */
  public Future<Void> free(Received received) {
    return spool.free(received.file());
  }
}
