package io.ruche.embedservice.query;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.registry.ChunkTable;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** Joins what an index found with what there is. */
@FunctionalInterface
public interface Passages {

  /** Those of the chunks that there are; the others are not to be shown. */
  Future<Map<UUID, ChunkTable.Found>> find(Space space, Collection<UUID> chunks);
}
