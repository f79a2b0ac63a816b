package io.ruche.aiproxy.upstream;

import io.ruche.http.Failure;
import org.jspecify.annotations.Nullable;

/** The closed set of ways in which a call fails that the provider did not answer itself. */
public enum UpstreamFault {
  /** No connection: refused, no route, unknown name, failed TLS handshake. */
  UNREACHABLE(502, "upstream_unreachable", "The provider cannot be reached"),
  /** Connecting, the first byte or the next piece took longer than allowed. */
  TIMEOUT(504, "upstream_timeout", "The provider took too long"),
  /** The connection closed before the answer was complete. */
  CUT(502, "upstream_cut", "The provider broke off"),
  /** What came is not an answer of an OpenAI-compatible API. */
  INVALID_REPLY(502, "upstream_invalid_reply", "The provider's answer cannot be used"),
  /** Every connection is in use and the queue for one is full. */
  BUSY(503, "upstream_busy", "Too many requests wait for the provider"),
  /** It has just failed too often, and is not asked for a while. */
  DOWN(503, "upstream_down", "The provider has failed too often"),
  /** Its limits are used up, so that it would refuse. */
  LIMITED(429, "upstream_limited", "The provider's limits are used up"),
  /** No key is set. */
  NOT_CONFIGURED(503, "provider_not_configured", "No provider is configured");

  private final int status;
  private final String code;
  private final String title;

  UpstreamFault(int status, String code, String title) {
    this.status = status;
    this.code = code;
    this.title = title;
  }

  /** The fault that a failure tells of, or null when it is none of these. */
  public static @Nullable UpstreamFault of(Failure failure) {
    for (UpstreamFault fault : values()) {
      if (fault.code.equals(failure.code())) {
        return fault;
      }
    }
    return null;
  }

  /**
   * Whether asking the same target again makes sense. Who kept a request waiting for the whole time
   * allowed, or is busy with others, is better left alone.
   */
  boolean isWorthAnotherTry() {
    return this == UNREACHABLE || this == CUT;
  }

  /** The word that programs can switch on, {@code error.code} on the wire. */
  public String code() {
    return code;
  }

  /** This fault as a failure, with what happened this time. */
  public Failure failure(String detail) {
    return Failure.of(status, code, title, detail);
  }

  /** This fault with the provider's own error status instead of the usual one. */
  public Failure failure(int upstreamStatus, String detail) {
    return Failure.of(upstreamStatus, code, title, detail);
  }
}
