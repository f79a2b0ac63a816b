package io.ruche.embedservice.chunk;

import io.ruche.embedservice.chunk.Unit.Boundary;
import io.ruche.embedservice.document.Heading;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.document.Tokens;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The units of a text, in order, made as they are asked for. Each character is read a bounded
 * number of times, and the tokenizer sees stretches of a few thousand at most.
 */
final class Units {

  /** A sentence that is longer is cut. */
  private static final int LONGEST = 1_000;

  private static final int STRETCH = 4_000;

  /** Characters that count as a token at least, however few tokens a tokenizer makes of them. */
  private static final int CHARACTERS_PER_TOKEN = 16;

  private record Raw(int start, int end, Boundary boundary, boolean heading) {}

  private final String text;
  private final List<Heading> headings;
  private final Tokens tokens;
  private final int longestTokens;
  private final Deque<Unit> made = new ArrayDeque<>();
  private int heading;
  private int at;
  private int noEndBefore;
  private @Nullable Raw previous;

  Units(ParsedText parsed, Tokens tokens, int longestTokens) {
    this.text = parsed.text();
    this.headings = parsed.headings();
    this.tokens = tokens;
    this.longestTokens = longestTokens;
  }

  /** The next unit; null behind the last. */
  @Nullable Unit next() {
    if (made.isEmpty()) {
      make();
    }
    return made.poll();
  }

  private void make() {
    List<Raw> stretch = new ArrayList<>();
    Raw raw = nextRaw();
    while (raw != null) {
      stretch.add(raw);
      raw = raw.end() - stretch.getFirst().start() < STRETCH ? nextRaw() : null;
    }
    if (stretch.isEmpty()) {
      return;
    }
    int from = stretch.getFirst().start();
    int[] starts = tokens.starts(text.substring(from, stretch.getLast().end()));
    int token = 0;
    for (Raw each : stretch) {
      int first = token;
      while (token < starts.length && from + starts[token] < each.end()) {
        token++;
      }
      cut(each, from, starts, first, token);
    }
  }

  /** Adds a unit, in pieces when it has too many tokens. */
  private void cut(Raw raw, int from, int[] starts, int first, int last) {
    int begin = raw.start();
    Boundary boundary = raw.boundary();
    int token = first;
    while (last - token > longestTokens) {
      int most = token + longestTokens;
      int best = -1;
      for (int i = most; i > token && best < 0; i--) {
        int place = from + starts[i];
        if (place > begin && Character.isWhitespace(text.charAt(place - 1))) {
          best = i;
        }
      }
      for (int i = most; i > token && best < 0; i--) {
        if (isBetweenCharacters(from + starts[i], begin, raw.end())) {
          best = i;
        }
      }
      for (int i = most; i < last && best < 0; i++) {
        if (isBetweenCharacters(from + starts[i], begin, raw.end())) {
          best = i;
        }
      }
      if (best < 0) {
        break;
      }
      add(begin, from + starts[best], best - token, boundary, raw.heading());
      begin = from + starts[best];
      boundary = Boundary.INNER;
      token = best;
    }
    add(begin, raw.end(), last - token, boundary, raw.heading());
  }

  private boolean isBetweenCharacters(int place, int begin, int end) {
    return place > begin && place < end && !Character.isLowSurrogate(text.charAt(place));
  }

  private void add(int begin, int end, int count, Boundary boundary, boolean isHeading) {
    int start = begin;
    int to = end;
    while (start < to && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (to > start && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    if (start < to) {
      int least = (to - start + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
      long hash = Unit.hash(text, start, to);
      made.add(new Unit(start, to, Math.max(count, least), boundary, isHeading, hash));
    }
  }

  private @Nullable Raw nextRaw() {
    int from = at;
    int feeds = 0;
    while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
      feeds += text.charAt(from) == '\n' ? 1 : 0;
      from++;
    }
    if (from >= text.length()) {
      at = from;
      return null;
    }
    while (heading < headings.size() && headings.get(heading).end() <= from) {
      heading++;
    }
    Heading near = heading < headings.size() ? headings.get(heading) : null;
    boolean inHeading = near != null && near.start() <= from;
    int limit = Math.min(text.length(), from + LONGEST);
    if (near != null) {
      limit = Math.min(limit, inHeading ? near.end() : near.start());
    }
    int end = inHeading ? limit : end(from, limit);
    if (end == from + LONGEST && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    at = end;
    Raw raw = new Raw(from, end, boundary(from, feeds, inHeading), inHeading);
    previous = raw;
    return raw;
  }

  private Boundary boundary(int from, int feeds, boolean inHeading) {
    Raw before = previous;
    if (before == null) {
      return inHeading ? Boundary.HEADING : Boundary.PARAGRAPH;
    }
    if (inHeading) {
      return before.heading() && feeds == 0 ? Boundary.INNER : Boundary.HEADING;
    }
    if (feeds > 1) {
      return Boundary.PARAGRAPH;
    }
    boolean cut =
        feeds == 0 && before.end() - before.start() >= LONGEST - 1 && before.end() >= from - 1;
    return cut ? Boundary.INNER : Boundary.SENTENCE;
  }

  /** Where the sentence, the row or the line that begins at a place ends. */
  private int end(int from, int limit) {
    int line = text.indexOf('\n', from, limit);
    int lineEnd = line < 0 ? limit : line;
    boolean noEnd = line >= 0 && from < noEndBefore && line < noEndBefore;
    if (noEnd || (isLineStart(from) && isRow(from, lineEnd))) {
      return lineEnd;
    }
    int stop = Sentences.end(text, from, limit);
    int end = firstLineThatEnds(from, stop, limit);
    if (end >= 0) {
      return end;
    }
    if (stop < limit || line < 0 || limit - from < LONGEST) {
      return stop;
    }
    // No sentence ends for long: the lines are what there is, as in code and logs.
    noEndBefore = limit;
    return line;
  }

  private boolean isLineStart(int place) {
    int before = place;
    while (before > 0 && (text.charAt(before - 1) == ' ' || text.charAt(before - 1) == '\t')) {
      before--;
    }
    return before == 0 || text.charAt(before - 1) == '\n';
  }

  /** The end of the first line before a place that ends its unit whatever follows; -1 for none. */
  private int firstLineThatEnds(int from, int to, int limit) {
    int begin = from;
    int line = text.indexOf('\n', begin, to);
    while (line >= 0) {
      if (endsUnit(begin, line, limit)) {
        return line;
      }
      begin = line + 1;
      line = text.indexOf('\n', begin, to);
    }
    return -1;
  }

  /** Whether a line is followed by an empty one or by an item, or is a row of values. */
  private boolean endsUnit(int begin, int line, int limit) {
    int next = line + 1;
    while (next < limit && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
      next++;
    }
    return next >= limit || text.charAt(next) == '\n' || isItem(next, limit) || isRow(begin, line);
  }

  private boolean isItem(int from, int limit) {
    char c = text.charAt(from);
    if (c == '-' || c == '*' || c == '+' || c == '\u2022' || c == '\u2013' || c == '|') {
      return from + 1 < limit && (text.charAt(from + 1) == ' ' || c == '|');
    }
    if (c == '`' || c == '~') {
      return text.startsWith("```", from) || text.startsWith("~~~", from);
    }
    int digit = from;
    while (digit < limit && digit - from < 4 && Character.isDigit(text.charAt(digit))) {
      digit++;
    }
    return digit > from
        && digit + 1 < limit
        && (text.charAt(digit) == '.' || text.charAt(digit) == ')')
        && text.charAt(digit + 1) == ' ';
  }

  /** Values of a table, as they are written into the text: {@code a | b} or {@code A: a; B: b}. */
  private boolean isRow(int begin, int end) {
    for (int i = begin; i < end; i++) {
      if (text.charAt(i) == '\t' || text.charAt(i) == '|') {
        return true;
      }
    }
    int name = text.indexOf(": ", begin, end);
    return name > 0 && name - begin <= 80 && text.indexOf("; ", name, end) > 0;
  }
}
