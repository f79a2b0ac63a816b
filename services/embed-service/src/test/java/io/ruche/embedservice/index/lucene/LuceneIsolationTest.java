package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.IsolationContract;
import io.ruche.embedservice.index.StoreUnderTest;

final class LuceneIsolationTest extends IsolationContract {

  @Override
  protected StoreUnderTest open() throws Exception {
    return new LuceneUnderTest();
  }
}
