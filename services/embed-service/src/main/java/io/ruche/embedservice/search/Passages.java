package io.ruche.embedservice.search;

import io.ruche.embedservice.index.Space;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** The registry of what is really there; the index may know more, or less. */
@FunctionalInterface
public interface Passages {

  /** Those of the chunks that the space has; the others are left out. At most 1,000 a call. */
  Future<Map<UUID, Passage>> find(Space space, Collection<UUID> chunks);
}
