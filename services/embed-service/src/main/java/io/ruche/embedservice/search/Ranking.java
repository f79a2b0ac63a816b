package io.ruche.embedservice.search;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.search.Fusion.Candidate;
import io.ruche.embedservice.search.Hit.Explain;
import io.ruche.embedservice.search.Hit.Place;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Candidates to hits: which are really there, in the order of the reranker if there is one. */
final class Ranking {

  /** Read beyond what is wanted, so that a few that are gone cost no second look. */
  private static final int SPARE = 10;

  private static final int MOST_A_CALL = 1_000;

  private final Passages passages;
  private final @Nullable Reranker reranker;
  private final Space space;
  private final SearchRequest request;

  Ranking(Passages passages, @Nullable Reranker reranker, Space space, SearchRequest request) {
    this.passages = passages;
    this.reranker = reranker;
    this.space = space;
    this.request = request;
  }

  /** A candidate that the registry has. */
  record Present(Candidate candidate, Passage passage) {}

  private record Read(Present present, @Nullable Place rerank) {}

  /** The first so many candidates that are there, in their order; fewer when there are no more. */
  Future<List<Present>> present(List<Candidate> candidates, int wanted) {
    return present(candidates, 0, wanted, wanted + SPARE, new ArrayList<>());
  }

  private Future<List<Present>> present(
      List<Candidate> candidates, int from, int wanted, int step, List<Present> found) {
    if (found.size() >= wanted || from >= candidates.size()) {
      return Future.succeededFuture(found.stream().limit(wanted).toList());
    }
    int to = Math.min(candidates.size(), from + step);
    List<Candidate> next = candidates.subList(from, to);
    return passages
        .find(space, next.stream().map(Candidate::chunk).toList())
        .compose(
            there -> {
              add(next, there, found);
              return present(candidates, to, wanted, Math.min(MOST_A_CALL, 4 * step), found);
            });
  }

  private static void add(
      List<Candidate> candidates, Map<UUID, Passage> there, List<Present> found) {
    for (Candidate candidate : candidates) {
      Passage passage = there.get(candidate.chunk());
      if (passage != null) {
        found.add(new Present(candidate, passage));
      }
    }
  }

  /**
   * The hits.
   *
   * @param mostRead how many the reranker reads
   */
  Future<SearchResult> result(List<Present> present, int mostRead, int dropped) {
    return read(present, mostRead).map(read -> new SearchResult(hits(read), dropped, reranked()));
  }

  private boolean reranked() {
    return reranker != null;
  }

  private Future<List<Read>> read(List<Present> present, int mostRead) {
    Reranker model = reranker;
    int count = Math.min(mostRead, present.size());
    if (model == null || count == 0) {
      return Future.succeededFuture(present.stream().map(one -> new Read(one, null)).toList());
    }
    List<String> texts =
        present.subList(0, count).stream().map(one -> text(one.passage())).toList();
    return model.score(request.query(), texts).map(scores -> ordered(present, scores));
  }

  /** The text as it is embedded and indexed: with its headings. */
  private static String text(Passage passage) {
    return passage.headings().isEmpty()
        ? passage.text()
        : String.join(" > ", passage.headings()) + "\n" + passage.text();
  }

  /** Those that were read by their score, then the others as they were. */
  private static List<Read> ordered(List<Present> present, List<Float> scores) {
    List<Integer> order =
        IntStream.range(0, scores.size())
            .boxed()
            .sorted(Comparator.comparing((Integer place) -> -scores.get(place)))
            .toList();
    List<Read> read = new ArrayList<>();
    for (int place : order) {
      read.add(new Read(present.get(place), new Place(read.size() + 1, scores.get(place))));
    }
    present.stream().skip(scores.size()).forEach(one -> read.add(new Read(one, null)));
    return read;
  }

  private List<Hit> hits(List<Read> read) {
    Highlights highlights = new Highlights(request.query());
    return read.stream().limit(request.top()).map(one -> hit(one, highlights)).toList();
  }

  private Hit hit(Read read, Highlights highlights) {
    Candidate candidate = read.present().candidate();
    Passage passage = read.present().passage();
    Place rerank = read.rerank();
    return new Hit(
        candidate.chunk(),
        passage.document(),
        passage.title(),
        passage.firstPage(),
        passage.lastPage(),
        passage.start(),
        passage.end(),
        passage.headings(),
        passage.text(),
        passage.metadata(),
        highlights.in(passage.text(), passage.language()),
        (rerank == null ? candidate.fused() : rerank).score(),
        request.explain()
            ? new Explain(candidate.dense(), candidate.bm25(), candidate.fused(), rerank)
            : null);
  }
}
