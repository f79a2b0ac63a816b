package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.FilterContract;
import io.ruche.embedservice.index.StoreUnderTest;

final class LuceneFilterTest extends FilterContract {

  @Override
  protected StoreUnderTest open() throws Exception {
    return new LuceneUnderTest();
  }
}
