package io.ruche.embedservice.index.qdrant;

import io.ruche.embedservice.index.FilterContract;
import io.ruche.embedservice.index.StoreUnderTest;

final class QdrantFilterTest extends FilterContract {

  @Override
  protected StoreUnderTest open() throws Exception {
    return new QdrantUnderTest();
  }
}
