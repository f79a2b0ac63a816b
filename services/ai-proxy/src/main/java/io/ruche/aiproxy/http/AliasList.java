package io.ruche.aiproxy.http;

import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the aliases in front of a provider's list of models on its way to a reader, and leaves out
 * what a key may not ask for. What is no such list passes as it is; a provider that is not
 * configured has an empty one.
 */
final class AliasList implements Reader {

  /** A list is a few hundred models at most. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private final Set<String> aliases;
  private final @Nullable Predicate<String> allowed;
  private final Reader reader;
  private final Buffer body = Buffer.buffer();
  private @Nullable MultiMap headers;

  /**
   * A list for one reader.
   *
   * @param allowed tells which models it has; null for all
   */
  AliasList(Set<String> aliases, @Nullable Predicate<String> allowed, Reader reader) {
    this.aliases = aliases;
    this.allowed = allowed;
    this.reader = reader;
  }

  /** An alias as a model. */
  static JsonObject model(String alias) {
    return new JsonObject()
        .put("id", alias)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "ruche");
  }

  @Override
  public void from(Target target) {
    reader.from(target);
  }

  @Override
  public void head(int status, MultiMap headersThere) {
    if (status == 200) {
      headers = headersThere;
    } else {
      reader.head(status, headersThere);
    }
  }

  @Override
  public void piece(Buffer bytes) {
    if (headers == null) {
      reader.piece(bytes);
      return;
    }
    body.appendBuffer(bytes);
    if (body.length() > MOST_BYTES) {
      give(headers, body);
    }
  }

  private void give(MultiMap as, Buffer what) {
    headers = null;
    reader.head(200, as);
    reader.piece(what);
  }

  @Override
  public void end() {
    if (headers != null) {
      give(headers.remove(HttpHeaders.CONTENT_LENGTH), withAliases(body));
    }
    reader.end();
  }

  private Buffer withAliases(Buffer list) {
    try {
      JsonObject object = new JsonObject(list);
      if (object.getValue("data") instanceof JsonArray models) {
        JsonArray all = new JsonArray();
        aliases.stream().filter(this::isListed).map(AliasList::model).forEach(all::add);
        models.stream().filter(this::isListed).forEach(all::add);
        return object.put("data", all).toBuffer();
      }
    } catch (DecodeException | ClassCastException e) {
      // It is the client's to see what came.
    }
    return list;
  }

  /** By a model's id, or by a model. */
  private boolean isListed(Object model) {
    Object id = model instanceof JsonObject object ? object.getValue("id") : model;
    return allowed == null || allowed.test(String.valueOf(id));
  }

  @Override
  public void failed(Failure failure) {
    if (failure.code().equals(UpstreamFault.NOT_CONFIGURED.code())) {
      JsonObject none = new JsonObject().put("object", "list").put("data", new JsonArray());
      give(
          HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, "application/json"),
          withAliases(none.toBuffer()));
      reader.end();
    } else {
      reader.failed(failure);
    }
  }
}
