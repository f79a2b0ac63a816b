package io.ruche.embedservice.index.qdrant;

import io.ruche.embedservice.index.IsolationContract;
import io.ruche.embedservice.index.StoreUnderTest;

final class QdrantIsolationTest extends IsolationContract {

  @Override
  protected StoreUnderTest open() throws Exception {
    return new QdrantUnderTest();
  }
}
