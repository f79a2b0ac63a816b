package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.ChunkIndexContract;
import io.ruche.embedservice.index.StoreUnderTest;

final class LuceneContractTest extends ChunkIndexContract {

  @Override
  protected StoreUnderTest open() throws Exception {
    return new LuceneUnderTest();
  }
}
