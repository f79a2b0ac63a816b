package io.ruche.embedservice.search;

import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.vector.Vector;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** An index that has the lists it is given. */
final class ListedIndex implements ChunkIndex {

  List<Scored> dense = List.of();
  List<Scored> words = List.of();
  final List<Integer> depths = new ArrayList<>();

  @Override
  public Future<List<Scored>> dense(Space space, Vector query, int top, Filter filter) {
    depths.add(top);
    return Future.succeededFuture(dense.stream().limit(top).toList());
  }

  @Override
  public Future<List<Scored>> lexical(
      Space space, String query, String language, int top, Filter filter) {
    return Future.succeededFuture(words.stream().limit(top).toList());
  }

  @Override
  public Future<Void> put(Space space, List<IndexedChunk> chunks) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> remove(Space space, Collection<UUID> chunks) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> drop(Space space) {
    return Future.succeededFuture();
  }

  @Override
  public Future<List<UUID>> chunksOf(Space space, String document) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Void> refresh() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Long> size(Space space) {
    return Future.succeededFuture(0L);
  }

  @Override
  public Dependency state() {
    return Dependency.up();
  }

  @Override
  public Future<Void> start() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    return Future.succeededFuture();
  }
}
