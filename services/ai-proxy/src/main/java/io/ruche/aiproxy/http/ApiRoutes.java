package io.ruche.aiproxy.http;

import io.ruche.aiproxy.form.Spool;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.http.body.WatchedStream;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.objects.ObjectClient;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.auth.KeyRing;
import io.ruche.auth.Scope;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.openai.OpenAiErrors;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The OpenAI-compatible paths, behind a key with the scope {@code ai}. */
public final class ApiRoutes implements HttpApi.Endpoints {

  /** What is asked for with a body of JSON. */
  public static final List<Operation> JSON_OPERATIONS =
      List.of(Operation.CHAT, Operation.RESPONSES, Operation.EMBEDDINGS, Operation.SPEECH);

  /** What is asked for with a form. */
  public static final List<Operation> FORM_OPERATIONS =
      List.of(Operation.TRANSCRIPTION, Operation.TRANSLATION);

  private final Supplier<Dispatcher> dispatchers;
  private final Function<Dispatcher, Gateway> gateways;
  private final LongSupplier maxBodyBytes;
  private final Spool spool;
  private final LongSupplier maxAudioBytes;
  private final Function<Dispatcher, ObjectClient> objects;
  private final LongSupplier maxFileBytes;
  private final KeyHandler key;
  private final AllowanceHandler allowance;

  /**
   * @param dispatchers makes one for one event loop, so that a request and its calls to providers
   *     never leave their thread
   * @param gateways makes the one of a dispatcher
   * @param maxBodyBytes the longest body of JSON that is accepted now
   * @param maxAudioBytes the longest form with sound that is accepted now
   * @param objects makes the client of a dispatcher for files and batches
   * @param maxFileBytes the longest form with a file that is accepted now
   */
  public ApiRoutes(
      Supplier<Dispatcher> dispatchers,
      Function<Dispatcher, Gateway> gateways,
      LongSupplier maxBodyBytes,
      Spool spool,
      LongSupplier maxAudioBytes,
      Function<Dispatcher, ObjectClient> objects,
      LongSupplier maxFileBytes,
      KeyRing keys,
      Allowances allowances) {
    this.dispatchers = dispatchers;
    this.gateways = gateways;
    this.maxBodyBytes = maxBodyBytes;
    this.spool = spool;
    this.maxAudioBytes = maxAudioBytes;
    this.objects = objects;
    this.maxFileBytes = maxFileBytes;
    this.key = new KeyHandler(keys, Scope.AI);
    this.allowance = new AllowanceHandler(allowances);
  }

  @Override
  public void addTo(Routes routes) {
    Dispatcher dispatcher = dispatchers.get();
    Gateway gateway = gateways.apply(dispatcher);
    ModelsHandler models = new ModelsHandler(dispatcher, gateway);
    routes.failuresBelow("/v1/", new OpenAiErrors());
    for (Operation operation : JSON_OPERATIONS) {
      routes.on(
          HttpMethod.POST,
          "/v1" + operation.path(),
          key,
          new JsonRequestHandler(operation, gateway, maxBodyBytes));
    }
    for (Operation operation : FORM_OPERATIONS) {
      routes.on(
          HttpMethod.POST,
          "/v1" + operation.path(),
          key,
          new AudioHandler(
              operation, gateway, spool, maxAudioBytes, WatchedStream.LONGEST_SILENCE));
    }
    ObjectsHandler kept =
        new ObjectsHandler(
            gateway,
            objects.apply(dispatcher),
            maxBodyBytes,
            maxFileBytes,
            WatchedStream.LONGEST_SILENCE);
    for (ObjectsHandler.Path path : kept.paths()) {
      routes.on(path.method(), path.template(), key, allowance, path.handler());
    }
    routes
        .on(HttpMethod.GET, "/v1/models", key, allowance, models)
        .on(HttpMethod.GET, "/v1/models/{model}", key, allowance, models);
    // An id may have slashes, which no template can say.
    routes.router().get("/v1/models/*").handler(key).handler(allowance).handler(models);
  }
}
