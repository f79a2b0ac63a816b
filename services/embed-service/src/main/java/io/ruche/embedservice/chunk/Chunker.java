package io.ruche.embedservice.chunk;

import io.ruche.embedservice.chunk.Unit.Boundary;
import io.ruche.embedservice.document.Chunk;
import io.ruche.embedservice.document.Heading;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.document.Tokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Cuts a text into chunks, at headings, paragraphs or sentences, in this order. Where there is a
 * choice the text itself decides it, by hashes, and not what came before: after a change of one
 * paragraph the cuts soon fall where they fell before. The same text gives the same chunks; every
 * character that is not blank is in at least one. Safe for all threads.
 */
public final class Chunker {

  /** Changes with every change that makes other chunks of the same text. */
  public static final int VERSION = 1;

  private static final int LONGEST_HEADING = 200;

  private final ChunkConfig config;
  private final Tokens tokens;

  /** Cuts to the tokens of a model. */
  public Chunker(ChunkConfig config, Tokens tokens) {
    this.config = config;
    this.tokens = tokens;
  }

  /** The chunks of a text, in order; none of a text without characters. */
  public List<Chunk> chunk(ParsedText parsed) {
    return new Cutting(parsed).run();
  }

  /** The headings above a place, the highest first, and their tokens. */
  private record Open(Heading heading, String text, int tokens) {}

  private final class Cutting {

    private final ParsedText parsed;
    private final Units units;
    private final List<Unit> window = new ArrayList<>();
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private boolean ended;
    private int heading;

    Cutting(ParsedText parsed) {
      this.parsed = parsed;
      this.units = new Units(parsed, tokens, Math.max(4, config.target() / 2));
    }

    List<Chunk> run() {
      // Units of the window before this one are only repeated.
      int core = 0;
      fill(config.most());
      while (core < window.size()) {
        List<String> path = path(window.get(core).start());
        int repeated = sum(0, core);
        int room = config.most() - repeated - pathTokens();
        int high = Math.max(config.target() / 2, Math.min(config.target() * 3 / 2, room));
        fill(repeated + high);
        int cut = cut(core, high);
        chunks.add(chunk(window.getFirst().start(), window.get(cut - 1).end(), path));
        int kept = cut < window.size() ? repeatedFrom(core, cut) : cut;
        window.subList(0, kept).clear();
        core = cut - kept;
        fill(1 + sum(0, core));
      }
      return Collections.unmodifiableList(chunks);
    }

    /** Takes units until the window has more than so many tokens. */
    private void fill(int most) {
      int sum = sum(0, window.size());
      while (sum <= most && !ended) {
        Unit unit = units.next();
        if (unit == null) {
          ended = true;
        } else {
          window.add(unit);
          sum += unit.tokens();
        }
      }
    }

    private int sum(int from, int to) {
      int sum = 0;
      for (int i = from; i < to; i++) {
        sum += window.get(i).tokens();
      }
      return sum;
    }

    /** The index in the window of the first unit that is no longer of the chunk. */
    private int cut(int core, int high) {
      int most = core;
      int sum = 0;
      int best = -1;
      while (most < window.size() && (most == core || sum + window.get(most).tokens() <= high)) {
        sum += window.get(most).tokens();
        most++;
        if (most < window.size() && mayCut(most)) {
          if (window.get(most).boundary() == Boundary.HEADING && sum >= config.target() / 4) {
            return most;
          }
          if (sum >= config.target() / 2 && isBetter(most, best)) {
            best = most;
          }
        }
      }
      if (most == window.size() && ended) {
        return most;
      }
      return best > 0 ? best : mostWithoutHeadings(core, most);
    }

    /** A heading stays with what it is the heading of. */
    private boolean mayCut(int index) {
      return !window.get(index - 1).heading() && window.get(index).boundary() != Boundary.INNER;
    }

    private boolean isBetter(int index, int best) {
      if (best < 0) {
        return true;
      }
      Unit unit = window.get(index);
      Unit other = window.get(best);
      int order = unit.boundary().compareTo(other.boundary());
      return order < 0 || (order == 0 && unit.hash() < other.hash());
    }

    private int mostWithoutHeadings(int core, int most) {
      int cut = most;
      while (cut > core + 1 && window.get(cut - 1).heading()) {
        cut--;
      }
      return cut;
    }

    /** The index in the window from which sentences are repeated in the next chunk. */
    private int repeatedFrom(int core, int cut) {
      if (window.get(cut).boundary() == Boundary.HEADING
          || window.get(cut).boundary() == Boundary.INNER) {
        return cut;
      }
      int from = cut;
      int sum = 0;
      while (from > core + 1) {
        Unit unit = window.get(from - 1);
        sum += unit.tokens();
        if (unit.heading() || unit.boundary() == Boundary.INNER || sum > config.overlap()) {
          return from;
        }
        from--;
      }
      return from;
    }

    private Chunk chunk(int start, int end, List<String> path) {
      return new Chunk(
          chunks.size(),
          start,
          end,
          page(start),
          page(end - 1),
          path,
          parsed.text().substring(start, end));
    }

    private int page(int place) {
      List<Page> pages = parsed.pages();
      int low = 0;
      int high = pages.size() - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (pages.get(middle).start() <= place) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return pages.isEmpty() ? 1 : pages.get(low).number();
    }

    /** The headings above a place; one that begins there is of the chunk's own text. */
    private List<String> path(int place) {
      List<Heading> headings = parsed.headings();
      while (heading < headings.size() && headings.get(heading).start() < place) {
        Heading next = headings.get(heading);
        heading++;
        open.removeIf(above -> above.heading().level() >= next.level());
        String text = shown(next);
        if (!text.isEmpty()) {
          open.add(new Open(next, text, tokens.count(text) + 1));
        }
      }
      if (heading < headings.size() && headings.get(heading).start() == place) {
        int level = headings.get(heading).level();
        open.removeIf(above -> above.heading().level() >= level);
      }
      // At most a quarter of a chunk; the nearest headings say most.
      while (pathTokens() > config.most() / 4) {
        open.removeFirst();
      }
      return open.stream().map(Open::text).toList();
    }

    private int pathTokens() {
      return open.stream().mapToInt(Open::tokens).sum();
    }

    private String shown(Heading each) {
      int end = Math.min(each.end(), each.start() + LONGEST_HEADING);
      if (end < each.end() && Character.isHighSurrogate(parsed.text().charAt(end - 1))) {
        end--;
      }
      return parsed.text().substring(each.start(), end).strip();
    }
  }
}
