package io.ruche.aiproxy.simulator;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One request that the simulator got and what became of it. Written by one event loop and read by
 * any thread.
 */
public final class Seen {

  private static final int KEPT_BYTES = 1024 * 1024;

  private final String method;
  private final String uri;
  private final MultiMap headers;
  private final Buffer body;
  private final MessageDigest digest = sha256();
  private volatile long bodyBytes;
  private final long startedNanos = System.nanoTime();
  private final Buffer sent = Buffer.buffer();
  private volatile long sentBytes;
  private volatile long cancelledNanos;
  private volatile boolean ended;
  private volatile boolean cut;

  Seen(String method, String uri, MultiMap headers, Buffer body) {
    this.method = method;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** More of a body that is not kept as a whole. */
  synchronized void heard(Buffer bytes) {
    if (body.length() + bytes.length() <= KEPT_BYTES) {
      body.appendBuffer(bytes);
    }
    digest.update(bytes.getBytes());
    bodyBytes += bytes.length();
  }

  /** How many bytes of a form came so far. */
  public long bodyBytes() {
    return bodyBytes;
  }

  /** SHA-256 of a form's bytes; asked once. */
  public synchronized String bodyDigest() {
    return HexFormat.of().formatHex(digest.digest());
  }

  synchronized void sent(Buffer bytes) {
    if (sent.length() + bytes.length() <= KEPT_BYTES) {
      sent.appendBuffer(bytes);
    }
    sentBytes += bytes.length();
  }

  void ended() {
    ended = true;
  }

  /** The simulator is about to close the connection itself. */
  void cut() {
    cut = true;
  }

  /** The client closed the connection before the answer was complete. */
  void cancelled() {
    if (!ended && !cut && cancelledNanos == 0) {
      cancelledNanos = System.nanoTime();
    }
  }

  /** GET or POST. */
  public String method() {
    return method;
  }

  /** Path and query, as they came. */
  public String uri() {
    return uri;
  }

  /** A header, or null. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** All headers. */
  public MultiMap headers() {
    return headers;
  }

  /** The bytes of the request's body. */
  public Buffer body() {
    return body;
  }

  /** The bytes of the answer's body so far, up to the first MiB. */
  public synchronized Buffer sent() {
    return sent.copy();
  }

  /** How many bytes of the answer's body were written so far. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Whether the answer was written to its end. */
  public boolean isEnded() {
    return ended;
  }

  /** Whether the client left before that. */
  public boolean isCancelled() {
    return cancelledNanos != 0;
  }

  /** When the client left, as {@link System#nanoTime}; 0 when it did not. */
  public long cancelledNanos() {
    return cancelledNanos;
  }

  /** Milliseconds from the request to the client's leaving; -1 when it did not. */
  public long cancelledAfterMillis() {
    return cancelledNanos == 0 ? -1 : (cancelledNanos - startedNanos) / 1_000_000;
  }
}
