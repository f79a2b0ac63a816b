package io.ruche.http.page;

import io.ruche.http.Failure;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /} and {@code GET /assets/{version}/{file}}: a page without a secret in it; what it
 * shows it asks of the API. Browsers let it load from here alone, run no script within the HTML,
 * and show it in no other page.
 */
public final class Page implements HttpApi.Endpoints {

  /** The page itself. */
  public static final String INDEX = "/";

  /** Its scripts, styles and texts. */
  public static final String ASSETS = "/assets/{version}/{file}";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), geolocation=(), microphone=()");

  private final PageFiles files;

  /**
   * Reads the page.
   *
   * @param folder on the class path, {@code page/ai-proxy}, whose app.js the page begins with
   * @param own the files in it
   * @throws IllegalArgumentException when a file is missing
   */
  public Page(String folder, List<String> own) {
    this.files = new PageFiles(folder, own);
  }

  @Override
  public void addTo(Routes routes) {
    routes.on(HttpMethod.GET, INDEX, this::index).on(HttpMethod.GET, ASSETS, this::asset);
  }

  private void index(RoutingContext ctx) {
    String tag = '"' + files.version() + '"';
    ctx.response().putHeader(HttpHeaders.ETAG, tag);
    if (tag.equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      headed(ctx, "no-cache").setStatusCode(304).end();
      return;
    }
    headed(ctx, "no-cache")
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .end(files.index());
  }

  private void asset(RoutingContext ctx) {
    String name = ctx.pathParam("file");
    Buffer file = files.file(name);
    if (file == null || !files.version().equals(ctx.pathParam("version"))) {
      ctx.fail(Failure.notFound("There is no such file in this version; load the page again."));
      return;
    }
    headed(ctx, "public, max-age=31536000, immutable")
        .putHeader(HttpHeaders.CONTENT_TYPE, PageFiles.type(name))
        .end(file);
  }

  private static HttpServerResponse headed(RoutingContext ctx, String cache) {
    HEADERS.forEach(ctx.response()::putHeader);
    return ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, cache);
  }
}
