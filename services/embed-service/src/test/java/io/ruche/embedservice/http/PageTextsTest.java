package io.ruche.embedservice.http;

import io.ruche.testing.PageContract;

final class PageTextsTest extends PageContract {

  PageTextsTest() {
    super("embed-service", PageRoutes.FILES);
  }
}
