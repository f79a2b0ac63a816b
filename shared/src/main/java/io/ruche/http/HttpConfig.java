package io.ruche.http;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Variable;
import java.time.Duration;

/**
 * Where an API listens and the bounds it puts on its clients.
 *
 * @param host a numeric address or name of this machine
 * @param eventLoops how many event loops share the port; 0 means one per processor
 * @param maxBodyBytes bound of a body that is read into memory; routes that stream state their own
 * @param headTimeout from the first byte of a request head (or from connecting) to its last
 * @param bodyTimeout from the end of the head to the end of the body, extended by one second for
 *     each {@code minBodyBytesPerSecond} that arrived, so that long uploads pass and dribbled ones
 *     do not
 * @param idleTimeout how long a kept-alive connection may lie unused, and how long a client may
 *     leave an answer unread; an answer that is awaited from elsewhere has no bound here
 * @param stopTimeout how long requests in flight may take to finish when the server stops
 */
public record HttpConfig(
    @Description("The address that the API listens on.") @Variable("RUCHE_BIND") @Default(HOST)
        String host,
    @Description("Event loops that share the port; 0 means one per processor.")
        @Default("" + EVENT_LOOPS)
        int eventLoops,
    @Description("Which requests the access log tells: on for all, failures, or off for none.")
        @Variable("RUCHE_ACCESS_LOG")
        @Default("off")
        AccessLog accessLog,
    @Description("Connections open at a time; more are answered 503 and closed.")
        @Default("" + MAX_CONNECTIONS)
        int maxConnections,
    @Description("Longest request body in bytes, where a path states no limit of its own.")
        @Default("" + MAX_BODY_BYTES)
        int maxBodyBytes,
    @Description("Longest request head in bytes, all headers together.")
        @Default("" + MAX_HEADER_BYTES)
        int maxHeaderBytes,
    @Description("Longest request line in bytes: method, path and query.")
        @Default("" + MAX_LINE_BYTES)
        int maxLineBytes,
    @Description("Longest time for a request head to arrive.") @Default(HEAD_TIMEOUT)
        Duration headTimeout,
    @Description(
            "Longest time for a request body to arrive, beyond what min-body-bytes-per-second gives.")
        @Default(BODY_TIMEOUT)
        Duration bodyTimeout,
    @Description("Each so many bytes of a body give it one second more to arrive.")
        @Default("" + MIN_BODY_BYTES_PER_SECOND)
        int minBodyBytesPerSecond,
    @Description("Longest time for a connection to lie unused, or for an answer to lie unread.")
        @Default(IDLE_TIMEOUT)
        Duration idleTimeout,
    @Description("Longest time for requests in flight to finish when the server stops.")
        @Default(STOP_TIMEOUT)
        Duration stopTimeout) {

  private static final String HOST = "127.0.0.1";
  private static final int EVENT_LOOPS = 0;
  private static final int MAX_CONNECTIONS = 10_000;
  private static final int MAX_BODY_BYTES = 1_048_576;
  private static final int MAX_HEADER_BYTES = 16_384;
  private static final int MAX_LINE_BYTES = 8_192;
  private static final String HEAD_TIMEOUT = "10s";
  private static final String BODY_TIMEOUT = "20s";
  private static final int MIN_BODY_BYTES_PER_SECOND = 1_024;
  private static final String IDLE_TIMEOUT = "75s";
  private static final String STOP_TIMEOUT = "10s";

  /** What a configuration that says nothing gets. */
  public static final HttpConfig DEFAULT =
      new HttpConfig(
          HOST,
          EVENT_LOOPS,
          AccessLog.OFF,
          MAX_CONNECTIONS,
          MAX_BODY_BYTES,
          MAX_HEADER_BYTES,
          MAX_LINE_BYTES,
          duration(HEAD_TIMEOUT),
          duration(BODY_TIMEOUT),
          MIN_BODY_BYTES_PER_SECOND,
          duration(IDLE_TIMEOUT),
          duration(STOP_TIMEOUT));

  /** Which requests the access log tells. */
  public enum AccessLog {
    /** None. */
    OFF,
    /** Those answered 400 and above, or not at all. */
    FAILURES,
    /** Every request. */
    ON
  }

  /** Rejects bounds that would refuse every request. */
  public HttpConfig {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host must not be empty, for example 127.0.0.1");
    }
    atLeast("event-loops", eventLoops, 0);
    atLeast("max-connections", maxConnections, 1);
    atLeast("max-body-bytes", maxBodyBytes, 1);
    atLeast("max-header-bytes", maxHeaderBytes, 1_024);
    atLeast("max-line-bytes", maxLineBytes, 256);
    atLeast("min-body-bytes-per-second", minBodyBytesPerSecond, 1);
    positive("head-timeout", headTimeout);
    positive("body-timeout", bodyTimeout);
    positive("idle-timeout", idleTimeout);
    positive("stop-timeout", stopTimeout);
  }

  /** The same bounds at another address. */
  public HttpConfig at(String otherHost) {
    return new HttpConfig(
        otherHost,
        eventLoops,
        accessLog,
        maxConnections,
        maxBodyBytes,
        maxHeaderBytes,
        maxLineBytes,
        headTimeout,
        bodyTimeout,
        minBodyBytesPerSecond,
        idleTimeout,
        stopTimeout);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be longer than 0, for example 10s");
    }
  }

  private static Duration duration(String text) {
    return Duration.parse("PT" + text);
  }
}
