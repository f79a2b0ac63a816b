package io.ruche.embedservice.index.qdrant;

import io.ruche.embedservice.index.ChunkIndexContract;
import io.ruche.embedservice.index.StoreUnderTest;

final class QdrantContractTest extends ChunkIndexContract {

  @Override
  protected StoreUnderTest open() throws Exception {
    return new QdrantUnderTest();
  }
}
