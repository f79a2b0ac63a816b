package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.operation.Progress;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;

/** Sends the body, and what describes it, on a request whose path and key are set already. */
@FunctionalInterface
public interface Sending {

  /** There is no body. */
  Sending NOTHING = (opened, progress) -> opened.send();

  /** Sends it, and gives the head of the answer. */
  Future<HttpClientResponse> send(HttpClientRequest opened, Progress progress);
}
