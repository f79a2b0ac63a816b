package io.ruche.aiproxy.limits.purse;

import io.ruche.store.RedisLink;
import io.ruche.store.TextScript;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Brings the draws of one tenant to Redis, all in one call. */
public final class DrawScript {

  /** Draws in one call. */
  public static final int MOST = 256;

  /** An answer that takes longer means that Redis is away. */
  private static final long ANSWER_MS = 250;

  private static final int FIELDS = 6;

  private final TextScript script;
  private final String process;

  /**
   * @param process names this process among those of the tenant, never used before
   */
  public DrawScript(RedisLink hot, String process) {
    this.script = new TextScript(hot, DrawScript.class, "draw.lua");
    this.process = process;
  }

  /**
   * Runs the draws; the answers are in their order. What became of them when it fails is not known.
   *
   * @param call rises with each call for the tenant, so that Redis can tell a late one
   */
  Future<List<Drawn>> run(String tenant, long call, List<Draw> draws) {
    List<String> keys = new ArrayList<>(draws.size() + 2);
    List<Object> args = new ArrayList<>(2 + draws.size() * 12);
    keys.add("{" + tenant + "}:ai:limit:processes");
    keys.add("{" + tenant + "}:ai:limit:budgets");
    args.add(process);
    args.add(call);
    for (Draw draw : draws) {
      keys.add(draw.key());
      args.add(draw.kind());
      args.add(draw.limit());
      args.add(draw.unit());
      args.add(draw.least());
      args.add(draw.want());
      args.addAll(draw.rest());
    }
    return script
        .run(keys, args)
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(answer -> read(answer, draws.size()));
  }

  private static List<Drawn> read(List<String> answer, int draws) {
    if (!answer.getFirst().equals("ok")) {
      throw new IllegalStateException("a later call came before this one");
    }
    List<Drawn> drawn = new ArrayList<>(draws);
    for (int i = 1; i < answer.size(); i += FIELDS) {
      drawn.add(
          new Drawn(
              Drawn.State.valueOf(answer.get(i).toUpperCase(Locale.ROOT)),
              Long.parseLong(answer.get(i + 1)),
              Double.parseDouble(answer.get(i + 2)),
              Long.parseLong(answer.get(i + 3)),
              Integer.parseInt(answer.get(i + 4)),
              answer.get(i + 5)));
    }
    return drawn;
  }
}
