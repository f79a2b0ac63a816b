package io.ruche.aiproxy.objects;

import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Sending;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.auth.ApiKey;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes files and batches at a provider and asks for them, and writes down whose they are. What is
 * made and cannot be written down is taken back, and nobody sees it. One for each event loop.
 */
public final class ObjectClient {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectClient.class);
  private final Dispatcher dispatcher;
  private final Supplier<Catalog> catalogs;
  private final Supplier<Provider> fresh;
  private final ProviderObjects objects;
  private final BatchUsage usage;
  private final ObjectAsker asker;

  /**
   * A client.
   *
   * @param dispatcher of the event loop
   * @param catalogs gives the catalog now in force
   * @param fresh where a new file goes now
   */
  public ObjectClient(
      Dispatcher dispatcher,
      Supplier<Catalog> catalogs,
      Supplier<Provider> fresh,
      ProviderObjects objects,
      BatchUsage usage,
      ObjectAsker asker) {
    this.dispatcher = dispatcher;
    this.catalogs = catalogs;
    this.fresh = fresh;
    this.objects = objects;
    this.usage = usage;
    this.asker = asker;
  }

  /** Where a new file goes now. */
  public Provider fresh() {
    return fresh.get();
  }

  /**
   * Holds that what is about to be made can be written down, as far as is known.
   *
   * @throws Failure 503
   */
  public void requireReachable() {
    objects.requireReachable();
  }

  /** The tenant's object of that id; fails with 404 for what is none or another tenant's. */
  public Future<ProviderObject> find(String tenant, ObjectKind kind, String id) {
    return objects.find(tenant, kind, id);
  }

  /**
   * Stores a file.
   *
   * @param sentWhole whether all of the form went out, so that the provider is about to store it
   */
  public Transfer upload(
      Provider provider, ApiKey key, Sending form, BooleanSupplier sentWhole, Reader client) {
    Made made = new Made(provider, ObjectKind.FILE, key);
    return ask(provider, HttpMethod.POST, ObjectKind.FILE.path(), form, client)
        .goingOn(sentWhole)
        .begin(made::written);
  }

  /**
   * Makes a batch where its input is.
   *
   * @param body that names this input
   * @param over hears once how it ended: the status, or 0
   */
  public Transfer batch(
      ProviderObject input, ApiKey key, Buffer body, IntConsumer over, Reader client) {
    Provider provider = provider(input);
    Made made = new Made(provider, ObjectKind.BATCH, key);
    Sending json =
        (opened, progress) ->
            opened.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").send(body);
    return ask(provider, HttpMethod.POST, ObjectKind.BATCH.path(), json, client)
        .goingOn(() -> true)
        .telling(over)
        .begin(made::written);
  }

  /** The object as the provider has it. */
  public Transfer get(ProviderObject one, Reader client) {
    return ask(provider(one), HttpMethod.GET, one.path(), Sending.NOTHING, client)
        .begin(answer -> outputs(one, answer));
  }

  /** Cancels a batch. */
  public Transfer cancel(ProviderObject batch, Reader client) {
    return ask(provider(batch), HttpMethod.POST, batch.path() + "/cancel", Sending.NOTHING, client)
        .begin(answer -> outputs(batch, answer));
  }

  /** Deletes a file. */
  public Transfer delete(ProviderObject file, Reader client) {
    return ask(provider(file), HttpMethod.DELETE, file.path(), Sending.NOTHING, client)
        .telling(
            status -> {
              if (status == 404) {
                var unused = forgotten(file);
              }
            })
        .begin(answer -> forgotten(file));
  }

  /** A row too many does no harm: the provider says then that there is nothing. */
  private Future<Void> forgotten(ProviderObject file) {
    return objects
        .forget(file)
        .recover(
            failure -> {
              LOG.warn("the row of the deleted file {} stays: {}", file.id(), failure.getMessage());
              return Future.succeededFuture();
            });
  }

  /** What is in a file, piece by piece. */
  public Transfer content(ProviderObject file, Reader client) {
    return dispatcher.exchange(
        provider(file), HttpMethod.GET, file.path() + "/content", Sending.NOTHING, client);
  }

  /**
   * A page of the tenant's objects in OpenAI's shape, newest first; what the provider does not have
   * any more is left out.
   */
  public Future<JsonObject> page(String tenant, ObjectKind kind, Page page) {
    return objects
        .page(tenant, kind, page.after(), page.limit() + 1)
        .compose(
            rows -> {
              List<ProviderObject> shown = rows.subList(0, Math.min(page.limit(), rows.size()));
              return asker
                  .each(shown, one -> catalogs.get().provider(one.provider()), dispatcher)
                  .compose(found -> recorded(shown, found))
                  .map(found -> page.of(shown, found, rows.size() > shown.size()));
            });
  }

  private Future<List<JsonObject>> recorded(List<ProviderObject> shown, List<JsonObject> found) {
    Future<Void> all = Future.succeededFuture();
    for (ProviderObject one : shown) {
      for (JsonObject answer : found) {
        if (one.kind() == ObjectKind.BATCH && one.id().equals(answer.getValue("id"))) {
          all = all.compose(v -> outputs(one, answer));
        }
      }
    }
    return all.map(found);
  }

  /**
   * The files that a batch names as its own become the tenant's; its answers once what they used is
   * written down, so that nobody can take them away before.
   */
  private Future<Void> outputs(ProviderObject one, JsonObject answer) {
    if (one.kind() != ObjectKind.BATCH) {
      return Future.succeededFuture();
    }
    List<ProviderObject> files = new ArrayList<>();
    if (answer.getValue("error_file_id") instanceof String id && ProviderObject.isId(id)) {
      files.add(one.output(id));
    }
    String output = BatchUsage.output(answer);
    if (output == null) {
      return objects.add(files);
    }
    ProviderObject answers = one.output(output);
    files.add(answers);
    return usage
        .count(one, reader -> content(answers, reader))
        .compose(counted -> objects.add(files));
  }

  private Provider provider(ProviderObject one) {
    Provider provider = catalogs.get().provider(one.provider());
    if (provider == null) {
      throw Failure.unavailable(
          "The provider " + one.provider() + ", which has it, is not in ai-proxy.yaml any more.");
    }
    return provider;
  }

  private Asked ask(
      Provider provider, HttpMethod method, String path, Sending sending, Reader client) {
    return new Asked(
        client, reader -> dispatcher.exchange(provider, method, path, sending, reader));
  }

  /** One exchange whose answer is written down. */
  private static final class Asked {

    private final Reader client;
    private final Function<Reader, Transfer> caller;
    private BooleanSupplier mustEnd = () -> false;
    private IntConsumer over = status -> {};

    Asked(Reader client, Function<Reader, Transfer> caller) {
      this.client = client;
      this.caller = caller;
    }

    Asked goingOn(BooleanSupplier without) {
      mustEnd = without;
      return this;
    }

    Asked telling(IntConsumer end) {
      over = end;
      return this;
    }

    Transfer begin(Function<JsonObject, Future<Void>> record) {
      return new RecordingReader(client, mustEnd, record, over).begin(caller);
    }
  }

  /** Something that a provider says it has made. */
  private final class Made {

    private final Provider provider;
    private final ObjectKind kind;
    private final ApiKey key;

    Made(Provider provider, ObjectKind kind, ApiKey key) {
      this.provider = provider;
      this.kind = kind;
      this.key = key;
    }

    Future<Void> written(JsonObject answer) {
      if (!(answer.getValue("id") instanceof String id) || !ProviderObject.isId(id)) {
        LOG.error("{} has made a {} and names no id of it", provider.name(), kind.word());
        return Future.failedFuture(
            UpstreamFault.INVALID_REPLY.failure("The provider's answer has no usable id."));
      }
      ProviderObject made = new ProviderObject(provider.name(), id, kind, key.tenant(), key.name());
      return objects.add(List.of(made)).recover(failure -> takenBack(made, failure));
    }

    private Future<Void> takenBack(ProviderObject made, Throwable failure) {
      HttpMethod method = kind == ObjectKind.FILE ? HttpMethod.DELETE : HttpMethod.POST;
      String path = kind == ObjectKind.FILE ? made.path() : made.path() + "/cancel";
      return asker
          .succeeds(reader -> dispatcher.exchange(provider, method, path, Sending.NOTHING, reader))
          .compose(
              done -> {
                if (done) {
                  LOG.warn("{} {} was taken back: no database", kind.word(), made.id());
                } else {
                  LOG.error(
                      "{} {} of tenant {} stays at {} and belongs to nobody: it could neither be"
                          + " written down nor taken back; delete it there",
                      kind.word(),
                      made.id(),
                      made.tenant(),
                      made.provider());
                }
                return Future.failedFuture(failure);
              });
    }
  }
}
