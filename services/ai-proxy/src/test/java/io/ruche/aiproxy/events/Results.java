package io.ruche.aiproxy.events;

import io.ruche.store.RedisLink;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a tenant was told, as its stream of events has it. */
final class Results {

  private Results() {}

  /** How often each command's completion was published, in the order of the first ones. */
  static Map<String, Integer> of(RedisLink link, String tenant) throws TimeoutException {
    Map<String, Integer> times = new LinkedHashMap<>();
    Response entries =
        link.send(
                Request.cmd(Command.XRANGE).arg("{" + tenant + "}:evt:ai-proxy").arg("-").arg("+"))
            .await(10, TimeUnit.SECONDS);
    for (Response entry : entries) {
      Map<String, String> fields = new HashMap<>();
      Response pairs = entry.get(1);
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        fields.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
      }
      if ("chat-completed".equals(fields.get("type"))) {
        times.merge(String.valueOf(fields.get("subject")), 1, Integer::sum);
      }
    }
    return times;
  }

  /** How many commands wait for their time. */
  static long parked(RedisLink link, String tenant) throws TimeoutException {
    return link.send(Request.cmd(Command.ZCARD).arg("{" + tenant + "}:retry:ai-proxy:chat"))
        .await(10, TimeUnit.SECONDS)
        .toLong();
  }

  /** How many have died. */
  static long dead(RedisLink link, String tenant) throws TimeoutException {
    return link.send(Request.cmd(Command.XLEN).arg("{" + tenant + "}:dlq:ai-proxy"))
        .await(10, TimeUnit.SECONDS)
        .toLong();
  }
}
