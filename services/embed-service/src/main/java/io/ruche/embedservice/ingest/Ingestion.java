package io.ruche.embedservice.ingest;

import static io.ruche.embedservice.ingest.Waiting.on;
import static io.ruche.embedservice.ingest.Waiting.onWork;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.ingest.Fetching.Fetched;
import io.ruche.embedservice.ingest.order.Bounds;
import io.ruche.embedservice.ingest.order.Ingested;
import io.ruche.embedservice.ingest.order.Order;
import io.ruche.embedservice.ingest.order.Source;
import io.ruche.embedservice.ingest.order.Steps;
import io.ruche.embedservice.ingest.order.TextRoom;
import io.ruche.embedservice.ingest.parts.Makers;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.registry.CollectionRow;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.Commit;
import io.ruche.embedservice.registry.DocumentRow;
import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.embedservice.registry.ProgressTable.Progress;
import io.ruche.embedservice.registry.Version;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Indexes documents. May be stopped anywhere, and is then done again from the beginning: chunks
 * have the same ids, texts that were embedded are not embedded again, and only what PostgreSQL has
 * is ever found. For virtual threads; awaits.
 */
public final class Ingestion {

  private static final Duration UNTIL_MOVED = Duration.ofSeconds(10);

  /** Of all documents in hand; each character takes about ten bytes of the heap at the worst. */
  private static final long MOST_CHARACTERS = 4_000_000;

  private final ModelsInUse models;
  private final Makers makers;
  private final Fetching fetching;
  private final Spool spool;
  private final CollectionTable collections;
  private final DocumentTable documents;
  private final Commit commit;
  private final ChunkMaking making;
  private final Settling settling;
  private final Bounds bounds;
  private final Room room;
  private final TextRoom texts = new TextRoom(MOST_CHARACTERS);

  public Ingestion(
      ModelsInUse models,
      Makers makers,
      Fetching fetching,
      Spool spool,
      CollectionTable collections,
      DocumentTable documents,
      Commit commit,
      ChunkMaking making,
      Settling settling,
      Bounds bounds) {
    this.models = models;
    this.makers = makers;
    this.fetching = fetching;
    this.spool = spool;
    this.collections = collections;
    this.documents = documents;
    this.commit = commit;
    this.making = making;
    this.settling = settling;
    this.bounds = bounds;
    this.room = new Room(documents, bounds.mostDocuments());
  }

  /**
   * Indexes a document, or finds that there is nothing to do.
   *
   * @throws Failure 4xx when it never can be, 429 and 503 when it can be tried again
   * @throws io.ruche.store.S3Exception when its bytes cannot be had
   */
  public Ingested ingest(Order order, Steps steps) throws TimeoutException {
    CollectionRow collection = on(collections.ensure(order.space(), models.current().model()));
    DocumentRow row = on(documents.find(order.space(), order.id()));
    if (isLate(order, collection, row)) {
      settling.settle(order.space(), order.id(), true);
      return Ingested.superseded();
    }
    Buffer known = Fetching.known(order.source());
    if (known != null && isUnchanged(order, known, row)) {
      return unchanged(order, row);
    }
    if (row == null || row.state() != DocumentRow.State.INDEXED) {
      room.require(order.space().tenant());
    }
    steps.at(new Progress("fetch", 0, 0, 0));
    Fetched fetched = onWork(fetching.fetch(order.source()));
    try {
      if (isUnchanged(order, fetched.sha256(), row)) {
        return unchanged(order, row);
      }
      return index(order, collection, row, fetched, steps);
    } finally {
      var unused = spool.free(fetched.file());
    }
  }

  private static boolean isLate(Order order, CollectionRow collection, @Nullable DocumentRow row) {
    return !order.accepted().isAfter(collection.dropped())
        || (row != null && row.accepted().isAfter(order.accepted()));
  }

  private boolean isUnchanged(Order order, Buffer sha256, @Nullable DocumentRow row) {
    return row != null
        && row.state() == DocumentRow.State.INDEXED
        && row.problem() == null
        && row.fingerprint().equals(Fingerprint.of(order, sha256, makers.version()));
  }

  private Ingested unchanged(Order order, @Nullable DocumentRow row) throws TimeoutException {
    // A kill after the commit may have left the index behind; as a rule this only looks.
    settling.settle(order.space(), order.id(), false);
    return row == null
        ? Ingested.superseded()
        : new Ingested(
            Ingested.End.UNCHANGED,
            row.pages().size(),
            row.chunks(),
            0,
            0,
            0,
            row.truncated(),
            row.dropped(),
            row.language(),
            row.notes().stream().map(String::valueOf).toList());
  }

  private Ingested index(
      Order order,
      CollectionRow collection,
      @Nullable DocumentRow row,
      Fetched fetched,
      Steps steps)
      throws TimeoutException {
    // Most of what is that large is text, as far as can be told of it now.
    texts.require(fetched.size());
    steps.at(new Progress("parse", 0, 0, 0));
    ParsedText parsed =
        ParsedJson.storable(
            onWork(makers.parsing().parse(fetched.file(), order.contentType(), order.fileName())));
    requireFits(parsed);
    TextRoom.Taken taken = texts.take(parsed.text().length());
    try {
      return index(order, collection, row, fetched, parsed, steps);
    } finally {
      taken.giveBack();
    }
  }

  private Ingested index(
      Order order,
      CollectionRow collection,
      @Nullable DocumentRow row,
      Fetched fetched,
      ParsedText parsed,
      Steps steps)
      throws TimeoutException {
    String language = makers.languages().of(parsed.text());
    boolean sameMetadata =
        row != null
            && row.state() == DocumentRow.State.INDEXED
            && row.metadata().equals(order.metadata())
            && row.language().equals(language);
    ChunkMaking.Target target =
        new ChunkMaking.Target(
            order.space(), order.id(), language, order.metadata().getMap(), sameMetadata);
    List<ChunkMaking.Made> made = new ArrayList<>();
    for (ModelInUse model : modelsOf(collection)) {
      made.add(making.make(target, parsed, model, steps));
    }
    int all = made.getFirst().rows().size();
    steps.at(new Progress("store", parsed.pages().size(), all, all));
    Version version = version(order, collection, fetched, parsed, language, made);
    return switch (on(commit.write(version))) {
      case DONE -> {
        int removed = settling.settle(order.space(), order.id(), false);
        yield ingested(parsed, language, made, removed);
      }
      case SUPERSEDED -> {
        settling.settle(order.space(), order.id(), true);
        yield Ingested.superseded();
      }
      case OTHER_MODELS ->
          throw Failure.unavailable("The collection changes its model.", UNTIL_MOVED);
    };
  }

  private void requireFits(ParsedText parsed) {
    if (parsed.text().length() > bounds.mostCharacters()) {
      throw Failure.of(
          413,
          "text_too_long",
          "The document's text is too long",
          "The document has "
              + parsed.text().length()
              + " characters of text; at most "
              + bounds.mostCharacters()
              + " are taken (max-text in embed-service.yaml). Split it.");
    }
  }

  private List<ModelInUse> modelsOf(CollectionRow collection) {
    List<ModelInUse> wanted = new ArrayList<>();
    wanted.add(require(collection.active()));
    if (collection.shadow() != null) {
      wanted.add(require(collection.shadow()));
    }
    return wanted;
  }

  private ModelInUse require(String identity) {
    return models
        .of(identity)
        .orElseThrow(
            () ->
                Failure.unavailable(
                    "The collection still has vectors of a model that is not configured any more;"
                        + " it is being moved to the present one.",
                    UNTIL_MOVED));
  }

  private Version version(
      Order order,
      CollectionRow collection,
      Fetched fetched,
      ParsedText parsed,
      String language,
      List<ChunkMaking.Made> made) {
    String key =
        order.source() instanceof Source.Stored stored && stored.owned() ? stored.key() : null;
    return new Version(
        collection.id(),
        order.id(),
        order.accepted(),
        Fingerprint.of(order, fetched.sha256(), makers.version()),
        fetched.sha256(),
        fetched.size(),
        order.contentType(),
        order.fileName(),
        key,
        order.metadata(),
        parsed.title(),
        language,
        parsed.text(),
        ParsedJson.pages(parsed.pages()),
        ParsedJson.headings(parsed.headings()),
        new JsonArray(parsed.notes()),
        made.stream()
            .map(one -> new Version.ModelChunks(one.model().model().identity(), one.rows()))
            .toList());
  }

  private static Ingested ingested(
      ParsedText parsed, String language, List<ChunkMaking.Made> made, int removed) {
    ChunkMaking.Made searched = made.getFirst();
    return new Ingested(
        Ingested.End.INDEXED,
        parsed.pages().size(),
        searched.rows().size(),
        made.stream().mapToInt(ChunkMaking.Made::embedded).sum(),
        made.stream().mapToInt(ChunkMaking.Made::written).sum(),
        removed,
        (int) searched.rows().stream().filter(one -> one.dropped() > 0).count(),
        searched.rows().stream().mapToLong(one -> one.dropped()).sum(),
        language,
        parsed.notes());
  }
}
