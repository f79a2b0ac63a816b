package io.ruche.embedservice.testing;

import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.vector.Vector;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** An index in memory, with a file beside it that outlives a kill. */
public final class FileIndex implements ChunkIndex {

  private final Path file;
  private final Map<Space, Map<UUID, IndexedChunk>> spaces = new ConcurrentHashMap<>();
  private int puts;

  public FileIndex(Path file) {
    this.file = file;
  }

  /** How often something was put. */
  public synchronized int puts() {
    return puts;
  }

  @Override
  public synchronized Future<Void> start() {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      if (Files.exists(file)) {
        String whole = Files.readString(file);
        // What was being written at the kill was not promised to anybody.
        int end = whole.lastIndexOf('\n') + 1;
        whole.substring(0, end).lines().forEach(line -> apply(new JsonObject(line)));
        if (end < whole.length()) {
          Files.writeString(file, whole.substring(0, end));
        }
      }
      return Future.succeededFuture();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void apply(JsonObject line) {
    Map<UUID, IndexedChunk> space =
        space(new Space(line.getString("tenant"), line.getString("collection")));
    if (line.containsKey("drop")) {
      space.clear();
    }
    line.getJsonArray("remove", new JsonArray())
        .forEach(id -> space.remove(UUID.fromString((String) id)));
    JsonArray put = line.getJsonArray("put", new JsonArray());
    for (int i = 0; i < put.size(); i++) {
      IndexedChunk chunk = chunk(put.getJsonObject(i));
      space.put(chunk.id(), chunk);
    }
  }

  private static IndexedChunk chunk(JsonObject json) {
    JsonArray vector = json.getJsonArray("vector");
    float[] values = new float[vector.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.getFloat(i);
    }
    return new IndexedChunk(
        UUID.fromString(json.getString("id")),
        json.getString("document"),
        Vector.normalized(values),
        json.getString("text"),
        json.getString("language"),
        json.getJsonObject("metadata").getMap());
  }

  private Map<UUID, IndexedChunk> space(Space space) {
    return spaces.computeIfAbsent(space, of -> new ConcurrentHashMap<>());
  }

  private void write(Space space, String name, Object value) {
    JsonObject line =
        new JsonObject()
            .put("tenant", space.tenant())
            .put("collection", space.collection())
            .put(name, value);
    try {
      Files.writeString(
          file, line.encode() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    apply(line);
  }

  @Override
  public synchronized Future<Void> put(Space space, List<IndexedChunk> chunks) {
    puts++;
    JsonArray put = new JsonArray();
    for (IndexedChunk chunk : chunks) {
      JsonArray vector = new JsonArray();
      for (float value : chunk.vector().values()) {
        vector.add(value);
      }
      put.add(
          new JsonObject()
              .put("id", chunk.id().toString())
              .put("document", chunk.document())
              .put("vector", vector)
              .put("text", chunk.text())
              .put("language", chunk.language())
              .put("metadata", new JsonObject(chunk.metadata())));
    }
    write(space, "put", put);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> remove(Space space, Collection<UUID> chunks) {
    write(space, "remove", new JsonArray(chunks.stream().map(UUID::toString).toList()));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> drop(Space space) {
    write(space, "drop", true);
    return Future.succeededFuture();
  }

  @Override
  public Future<List<UUID>> chunksOf(Space space, String document) {
    return Future.succeededFuture(
        space(space).values().stream()
            .filter(chunk -> chunk.document().equals(document))
            .map(IndexedChunk::id)
            .toList());
  }

  @Override
  public Future<Void> refresh() {
    return Future.succeededFuture();
  }

  @Override
  public Future<List<Scored>> dense(Space space, Vector query, int top, Filter filter) {
    return best(space, top, filter, chunk -> chunk.vector().cosine(query));
  }

  @Override
  public Future<List<Scored>> lexical(
      Space space, String query, String language, int top, Filter filter) {
    Set<String> asked = words(query);
    return best(
        space, top, filter, chunk -> words(chunk.text()).stream().filter(asked::contains).count());
  }

  private static Set<String> words(String text) {
    return Set.copyOf(
        java.util.Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1))
            .distinct()
            .toList());
  }

  private Future<List<Scored>> best(
      Space space, int top, Filter filter, ToDoubleFunction<IndexedChunk> score) {
    return Future.succeededFuture(
        space(space).values().stream()
            .filter(chunk -> Filters.meets(filter, chunk))
            .map(chunk -> new Scored(chunk.id(), (float) score.applyAsDouble(chunk)))
            .filter(scored -> scored.score() > 0)
            .sorted(Comparator.comparing(Scored::score).reversed())
            .limit(top)
            .toList());
  }

  @Override
  public Future<Long> size(Space space) {
    return Future.succeededFuture((long) space(space).size());
  }

  /** All that there is, whoever's it is. */
  public List<IndexedChunk> all() {
    return spaces.values().stream().flatMap(space -> space.values().stream()).toList();
  }

  @Override
  public Dependency state() {
    return Dependency.up();
  }

  @Override
  public Future<Void> stop() {
    return Future.succeededFuture();
  }
}
