package io.ruche.aiproxy.http.page;

import io.ruche.auth.KeyRing;
import io.ruche.auth.Scope;
import io.ruche.auth.admin.KeyRoutes;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.page.Page;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Supplier;

/**
 * The page, its sessions, and the paths for admins that it uses. Added before all other routes, for
 * which its sessions stand in for keys.
 */
public final class PageRoutes implements HttpApi.Endpoints {

  private static final String FOLDER = "page/ai-proxy";
  static final List<String> FILES =
      List.of(
          "access.js",
          "app.js",
          "chart.js",
          "chat.js",
          "keys.js",
          "limits.js",
          "playground.js",
          "providers.js",
          "usage.js",
          "app.css",
          "en.json",
          "fr.json");

  private final Page page = new Page(FOLDER, FILES);
  private final KeyRoutes keys;
  private final KeyHandler admin;
  private final ProvidersHandler providers;

  /**
   * @param providers the providers as they are seen now; asked on event loops, must not block
   */
  public PageRoutes(KeyRoutes keys, KeyRing ring, Supplier<List<ProviderState>> providers) {
    this.keys = keys;
    this.admin = new KeyHandler(ring, Scope.ADMIN);
    this.providers = new ProvidersHandler(providers);
  }

  @Override
  public void addTo(Routes routes) {
    page.addTo(routes);
    keys.addTo(routes);
    routes.on(HttpMethod.GET, "/v1/providers", admin, providers);
  }
}
