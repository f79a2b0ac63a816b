package io.ruche.embedservice.ingest.order;

import io.ruche.embedservice.registry.ProgressTable.Progress;

/** Hears how far an ingestion has come; must not fail or block. */
@FunctionalInterface
public interface Steps {

  void at(Progress progress);
}
