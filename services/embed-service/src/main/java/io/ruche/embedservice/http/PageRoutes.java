package io.ruche.embedservice.http;

import io.ruche.auth.web.SessionRoutes;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.page.Page;
import java.util.List;

/**
 * The page and its sessions. Added before all other routes, for which a session stands for a key.
 */
public final class PageRoutes implements HttpApi.Endpoints {

  private static final String FOLDER = "page/embed-service";
  static final List<String> FILES =
      List.of(
          "app.js", "collections.js", "documents.js", "search.js", "app.css", "en.json", "fr.json");

  private final Page page = new Page(FOLDER, FILES);
  private final SessionRoutes sessions;

  public PageRoutes(SessionRoutes sessions) {
    this.sessions = sessions;
  }

  @Override
  public void addTo(Routes routes) {
    page.addTo(routes);
    sessions.addTo(routes);
  }
}
