package io.ruche.aiproxy.http.page;

import io.ruche.testing.PageContract;

final class PageTextsTest extends PageContract {

  PageTextsTest() {
    super("ai-proxy", PageRoutes.FILES);
  }
}
