package io.ruche.embedservice.ingest;

import static io.ruche.embedservice.ingest.Waiting.on;

import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.http.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * Holds tenants to their number of documents. The count is half a minute old at most, since
 * counting each time would make a million documents cost a million times a million; so a few more
 * may get in.
 */
final class Room {

  private static final long KEPT_NS = Duration.ofSeconds(30).toNanos();
  private static final int MOST_TENANTS = 10_000;

  private record Count(long documents, long at) {}

  private final DocumentTable documents;
  private final long most;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();

  Room(DocumentTable documents, long most) {
    this.documents = documents;
    this.most = most;
  }

  /**
   * Holds that a tenant may have one more; awaits.
   *
   * @throws Failure 422 when it may not
   */
  void require(String tenant) throws TimeoutException {
    Count count = counts.get(tenant);
    if (count == null || System.nanoTime() - count.at() > KEPT_NS) {
      if (counts.size() >= MOST_TENANTS) {
        counts.clear();
      }
      count = new Count(on(documents.count(tenant)), System.nanoTime());
      counts.put(tenant, count);
    }
    if (count.documents() >= most) {
      throw Failure.of(
          422,
          "too_many_documents",
          "The tenant has as many documents as it may have",
          "There are "
              + most
              + " documents already (max-documents in embed-service.yaml); delete some first.");
    }
  }
}
