package io.ruche.http;

import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line a request: who asked what, how it ended, how long it took. The query is left out, since
 * keys end up there; headers and bodies are never told.
 */
final class AccessLog {

  private static final Logger log = LoggerFactory.getLogger("io.ruche.http.access");
  private static final int MAX_PATH = 256;

  private final HttpConfig.AccessLog which;

  AccessLog(HttpConfig.AccessLog which) {
    this.which = which;
  }

  void tell(Exchange exchange, HttpServerRequest request, int status, long nanos) {
    boolean wanted =
        switch (which) {
          case ON -> true;
          case FAILURES -> status >= 400;
          case OFF -> false;
        };
    if (!wanted || !log.isInfoEnabled()) {
      return;
    }
    LoggingEventBuilder line =
        log.atInfo()
            .addKeyValue("method", request.method().name())
            .addKeyValue("path", printable(request.path()))
            .addKeyValue("status", status)
            .addKeyValue("ms", Math.round(nanos / 10_000.0) / 100.0)
            .addKeyValue("bytes", request.response().bytesWritten())
            .addKeyValue("request_id", exchange.requestId());
    String trace = exchange.span().traceId();
    if (trace != null) {
      line = line.addKeyValue("trace_id", trace);
    }
    String client = exchange.client();
    if (client != null) {
      line = line.addKeyValue("tenant", exchange.tenant()).addKeyValue("client", client);
    }
    line.log("request");
  }

  /** A path that cannot forge lines or colour terminals. */
  static String printable(String path) {
    String text = path == null ? "" : path;
    int length = Math.min(text.length(), MAX_PATH);
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return text.substring(0, length).replaceAll("[^ -~]", "?");
      }
    }
    return length == text.length() ? text : text.substring(0, length) + "...";
  }
}
