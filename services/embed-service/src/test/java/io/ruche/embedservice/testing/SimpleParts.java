package io.ruche.embedservice.testing;

import io.ruche.embedservice.document.Chunk;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.document.Tokens;
import io.ruche.embedservice.ingest.parts.Makers;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A parser of plain text with form feeds between pages, a chunk a paragraph. */
public final class SimpleParts {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
  private static final Pattern PARAGRAPH = Pattern.compile("[^\\n\\f]+");

  /** Parser and chunker. */
  public static final Makers MAKERS =
      new Makers(
          SimpleParts::parse,
          SimpleParts::chunk,
          text -> text.contains(" le ") ? "fr" : "en",
          "simple-1");

  private SimpleParts() {}

  /** A model as it is used. */
  public static ModelInUse model(WordEmbedder embedder) {
    return new ModelInUse(embedder, SimpleParts::tokens);
  }

  private static int[] tokens(String text) {
    Matcher words = WORD.matcher(text);
    return words.results().mapToInt(found -> found.start()).toArray();
  }

  private static Future<ParsedText> parse(Path file, String contentType, String name) {
    if (contentType.equals("application/x-broken")) {
      return Future.failedFuture(
          Failure.of(422, "unreadable", "The file cannot be read", "It is broken at byte 7."));
    }
    try {
      String text = Files.readString(file);
      List<Page> pages = new ArrayList<>();
      int start = 0;
      for (String page : text.split("\f", -1)) {
        pages.add(new Page(pages.size() + 1, start, start + page.length()));
        start += page.length() + 1;
      }
      return Future.succeededFuture(
          new ParsedText(text.replace('\f', '\n'), pages, List.of(), name, List.of()));
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }

  private static List<Chunk> chunk(ParsedText document, Tokens tokens, int mostTokens) {
    List<Chunk> chunks = new ArrayList<>();
    Matcher paragraphs = PARAGRAPH.matcher(document.text());
    while (paragraphs.find()) {
      int start = paragraphs.start();
      int page =
          document.pages().stream()
              .filter(one -> one.start() <= start && start <= one.end())
              .findFirst()
              .map(Page::number)
              .orElse(1);
      chunks.add(
          new Chunk(
              chunks.size(), start, paragraphs.end(), page, page, List.of(), paragraphs.group()));
    }
    return chunks;
  }
}
