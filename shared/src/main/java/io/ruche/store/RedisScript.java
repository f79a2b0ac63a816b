package io.ruche.store;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A Lua script, sent by its digest and whole only when Redis does not know it (any more). */
public final class RedisScript {

  private final byte[] source;
  private final String sha1;

  private RedisScript(byte[] source) {
    this.source = source;
    try {
      sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Reads {@code file} beside {@code owner} on the class path. */
  public static RedisScript load(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no script " + file + " beside " + owner.getName());
      }
      return new RedisScript(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("cannot read script " + file, e);
    }
  }

  /** Runs the script; {@code args} are {@code String}, {@code byte[]} or {@code Number}. */
  public Future<Response> run(RedisLink link, List<String> keys, List<Object> args) {
    return link.send(request(Command.EVALSHA, sha1.getBytes(StandardCharsets.US_ASCII), keys, args))
        .recover(
            failure ->
                String.valueOf(failure.getMessage()).startsWith("NOSCRIPT")
                    ? link.send(request(Command.EVAL, source, keys, args))
                    : Future.failedFuture(failure));
  }

  private static Request request(
      Command command, byte[] script, List<String> keys, List<Object> args) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    for (String key : keys) {
      request.arg(key);
    }
    for (Object arg : args) {
      switch (arg) {
        case byte[] bytes -> request.arg(bytes);
        case Number number -> request.arg(number.longValue());
        default -> request.arg(arg.toString());
      }
    }
    return request;
  }
}
