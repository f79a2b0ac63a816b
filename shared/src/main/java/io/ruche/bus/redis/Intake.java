package io.ruche.bus.redis;

import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.GroupCommit;
import io.ruche.bus.redis.stream.Pause;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two ways of a command to the disk: one that never gives up, and one that answers now. */
public final class Intake {

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final int BATCH = 512;
  private static final long FULL_PAUSE_MS = 250;

  /** Posts that wait at most; a further one is answered that there is no room. */
  private static final int MOST_POSTS = 10_000;

  private record Offer(Envelope envelope, String epoch, Consumer<Taken> done) {}

  private record Post(Envelope envelope, Promise<Taken> done) {}

  private final RedisLink link;
  private final Append append;
  private final GroupCommit<Offer> offers;
  private final GroupCommit<Post> posts;

  /**
   * Offers of tenants whose streams are full, in order. They do not hold up the appends of others;
   * but they are not acknowledged, so in the end they fill the broker's window.
   */
  private final Map<String, ArrayDeque<Offer>> held = new HashMap<>();

  /** Whether the last append failed; told once, not at every try. */
  private boolean failing;

  Intake(RedisLink link, Append append) {
    this.link = link;
    this.append = append;
    this.offers =
        new GroupCommit<>(link.context(), BATCH, offer -> size(offer.envelope), this::sendOffers);
    this.posts =
        new GroupCommit<>(link.context(), BATCH, post -> size(post.envelope), this::sendPosts);
  }

  /**
   * Takes a message of the broker and keeps at it until it is on disk or conflicts: while it waits
   * it is not acknowledged, which is the back-pressure.
   *
   * @param epoch of the ingress lease; when a newer one is out the offer is dropped silently, since
   *     the broker delivers the message to the new holder
   * @param done called on the bus's event loop
   */
  public void offer(Envelope envelope, String epoch, Consumer<Taken> done) {
    offers.add(new Offer(envelope, epoch, done));
  }

  private static int size(Envelope envelope) {
    return envelope.payload().data().length();
  }

  /** How many offers are not on disk yet. */
  public int offered() {
    return offers.size();
  }

  /**
   * Takes a command from a caller that waits. Fails when Redis is away or goes away; then the
   * command may or may not have been stored, and only a repetition with the same id tells.
   */
  public Future<Taken> post(Envelope envelope) {
    Promise<Taken> done = Promise.promise();
    if (posts.size() >= MOST_POSTS) {
      done.complete(new Taken.Full());
    } else {
      posts.add(new Post(envelope, done));
    }
    return done.future();
  }

  private Future<List<Post>> sendPosts(List<Post> batch) {
    return append
        .append("", batch.stream().map(Post::envelope).toList())
        .onSuccess(
            results -> {
              for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done.tryComplete(results.get(i));
              }
            })
        .onFailure(failure -> batch.forEach(post -> post.done.tryFail(failure)))
        .transform(ended -> Future.succeededFuture(List.of()));
  }

  private Future<List<Offer>> sendOffers(List<Offer> gathered) {
    List<Offer> batch = withoutHeld(gathered);
    if (batch.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    String epoch = batch.getFirst().epoch;
    List<Offer> sent = batch.stream().takeWhile(offer -> offer.epoch.equals(epoch)).toList();
    List<Offer> rest = batch.subList(sent.size(), batch.size());
    return append
        .append(epoch, sent.stream().map(Offer::envelope).toList())
        .map(
            results -> {
              failing = false;
              settle(sent, results);
              return rest;
            })
        .recover(failure -> afterFailure(failure, batch, rest));
  }

  private List<Offer> withoutHeld(List<Offer> gathered) {
    if (held.isEmpty()) {
      return gathered;
    }
    List<Offer> batch = new ArrayList<>();
    for (Offer offer : gathered) {
      ArrayDeque<Offer> before = held.get(offer.envelope.tenant());
      if (before == null) {
        batch.add(offer);
      } else {
        before.add(offer);
      }
    }
    return batch;
  }

  private void settle(List<Offer> sent, List<Taken> results) {
    for (int i = 0; i < sent.size(); i++) {
      Offer offer = sent.get(i);
      if (results.get(i) instanceof Taken.Full) {
        hold(offer);
      } else {
        offer.done.accept(results.get(i));
      }
    }
  }

  private void hold(Offer offer) {
    String tenant = offer.envelope.tenant();
    ArrayDeque<Offer> waiting = held.get(tenant);
    if (waiting == null) {
      waiting = new ArrayDeque<>();
      held.put(tenant, waiting);
      LOG.warn("tenant {}: no room, its commands wait unacknowledged", tenant);
      Pause.ofMillis(link.context(), FULL_PAUSE_MS).onSuccess(ignored -> tryHeld(tenant));
    }
    waiting.add(offer);
  }

  /** The held ones go first, so a tenant's order is kept. */
  private void tryHeld(String tenant) {
    ArrayDeque<Offer> waiting = held.remove(tenant);
    if (waiting != null) {
      offers.addFirst(List.copyOf(waiting));
    }
  }

  private Future<List<Offer>> afterFailure(Throwable failure, List<Offer> batch, List<Offer> rest) {
    if (String.valueOf(failure.getMessage()).startsWith("FENCED")) {
      LOG.warn("another process has become the ingress; {} messages are its now", batch.size());
      return Future.succeededFuture(rest);
    }
    if (!failing) {
      failing = true;
      LOG.warn("appending waits, Redis said: {}", failure.getMessage());
    }
    return link.connected()
        .compose(ignored -> Pause.ofMillis(link.context(), 100))
        .map(ignored -> batch);
  }
}
