package io.ruche.store;

import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * A Lua script with the Redis it runs on, answering with a flat list of texts: for callers outside
 * the store, which know nothing of the Redis client.
 */
public final class TextScript {

  private final RedisLink link;
  private final RedisScript script;

  /** Reads {@code file} beside {@code owner} on the class path. */
  public TextScript(RedisLink link, Class<?> owner, String file) {
    this.link = link;
    this.script = RedisScript.load(owner, file);
  }

  /**
   * Runs the script; {@code args} are {@code String}, {@code byte[]} or {@code Number}. The caller
   * bounds the wait.
   */
  public Future<List<String>> run(List<String> keys, List<Object> args) {
    return script.run(link, keys, args).map(TextScript::texts);
  }

  private static List<String> texts(Response answer) {
    List<String> texts = new ArrayList<>(answer.size());
    for (Response item : answer) {
      texts.add(item.toString());
    }
    return texts;
  }
}
