package io.ruche.aiproxy.limits.purse;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * One call to Redis for many purses of a tenant. All but {@link #send} is called under the lock of
 * the tenant.
 */
public final class Errand {

  private final List<Purse> purses = new ArrayList<>();
  private final List<Draw> draws = new ArrayList<>();

  /** Adds what a purse has to say, if anything; answers whether there is room for more. */
  public boolean add(Purse purse, long now) {
    Draw draw = purse.draw(now);
    if (draw != null) {
      purses.add(purse);
      draws.add(draw);
    }
    return draws.size() < DrawScript.MOST;
  }

  /** Whether nobody had anything to say. */
  public boolean isEmpty() {
    return draws.isEmpty();
  }

  /** What Redis has answered. */
  public static final class Answer {

    private final List<Drawn> drawn;

    private Answer(List<Drawn> drawn) {
      this.drawn = drawn;
    }
  }

  /** Goes to Redis; fails when there is no answer in time. */
  public Future<Answer> send(DrawScript script, String tenant, long call) {
    return script.run(tenant, call, draws).map(Answer::new);
  }

  /** Brings the answers to the purses. */
  public void deliver(Answer answer, long now) {
    for (int i = 0; i < purses.size(); i++) {
      purses.get(i).answer(answer.drawn.get(i), now);
    }
  }

  /** Tells the purses that there was no answer. */
  public void fail() {
    purses.forEach(Purse::fail);
  }
}
