package io.ruche.auth;

import io.ruche.store.RedisLink;
import io.ruche.store.TextScript;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The board in the hot Redis: the last 10,000 revocations. It has no expiry, so that a Redis that
 * evicts only keys with one never evicts it.
 */
public final class RedisRevocations implements RevocationBoard {

  private static final List<String> KEY = List.of("{ruche}:keys:revoked");
  private static final long ANSWER_MS = 500;

  private final TextScript post;
  private final TextScript read;

  public RedisRevocations(RedisLink hot) {
    this.post = new TextScript(hot, RedisRevocations.class, "revocations-post.lua");
    this.read = new TextScript(hot, RedisRevocations.class, "revocations-read.lua");
  }

  @Override
  public Future<Void> post(Collection<String> hashes) {
    List<Object> args = new ArrayList<>(hashes.size() + 1);
    args.add(UUID.randomUUID());
    args.addAll(hashes);
    return post.run(KEY, args).timeout(ANSWER_MS, TimeUnit.MILLISECONDS).mapEmpty();
  }

  @Override
  public Future<News> readSince(Mark mark) {
    return read.run(KEY, List.of(mark.board(), mark.at(), UUID.randomUUID()))
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(answer -> news(mark, answer));
  }

  private static News news(Mark since, List<String> answer) {
    String board = answer.get(0);
    long oldest = Long.parseLong(answer.get(1));
    long newest = Long.parseLong(answer.get(2));
    boolean gapless =
        board.equals(since.board()) && newest >= since.at() && oldest <= since.at() + 1;
    return new News(new Mark(board, newest), answer.subList(3, answer.size()), gapless);
  }
}
