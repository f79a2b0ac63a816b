package io.ruche.embedservice.index;

import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.vector.Vector;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Chunks of one model's vectors, for search. It is a copy: what it lost can be made again, and what
 * it has too much is left out by who asks it. Every method holds itself to one space. Safe for all
 * threads.
 */
public interface ChunkIndex extends Lifecycle {

  /** Adds chunks, or replaces those of the same id; complete when they outlive this process. */
  Future<Void> put(Space space, List<IndexedChunk> chunks);

  /** Takes chunks out; those that are not there are no fault. Complete as for {@link #put}. */
  Future<Void> remove(Space space, Collection<UUID> chunks);

  /** Takes everything of a space out. */
  Future<Void> drop(Space space);

  /** The chunks of a document that are there. */
  Future<List<UUID>> chunksOf(Space space, String document);

  /** Completes once all that was put or removed before the call is seen by searches. */
  Future<Void> refresh();

  /** The nearest chunks, the nearest first, by cosine. */
  Future<List<Scored>> dense(Space space, Vector query, int top, Filter filter);

  /**
   * The best chunks by BM25, analyzed for a language of two letters; empty searches every one that
   * the space has.
   */
  Future<List<Scored>> lexical(Space space, String query, String language, int top, Filter filter);

  /** How many chunks a space has. */
  Future<Long> size(Space space);

  /** A cached state. */
  Dependency state();
}
