package io.ruche.aiproxy.http.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the two languages of the page to each other and to its scripts. */
final class PageTextsTest {

  private static final Path OWN = Path.of("src/main/resources/page/ai-proxy");
  private static final Path SHARED = Path.of("../../shared/src/main/resources/page/shared");
  private static final Pattern USED = Pattern.compile("\\bt\\(\\s*[\"']([\\w.-]+)[\"']");
  private static final Pattern PLACE = Pattern.compile("\\{\\w+}");

  @Test
  void bothLanguagesSayTheSameThings() throws IOException {
    for (String stem : List.of(OWN + "/", SHARED + "/shared.")) {
      JsonNode english = texts(stem + "en.json");
      JsonNode french = texts(stem + "fr.json");

      assertEquals(names(english), names(french));
      for (String name : names(english)) {
        assertEquals(places(english, name), places(french, name), name);
      }
    }
  }

  @Test
  void everyFileOfThePageIsServed() throws IOException {
    try (Stream<Path> files = Files.list(OWN)) {
      Set<String> there =
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      there.remove("index.html");
      assertEquals(there, Set.copyOf(PageRoutes.FILES));
    }
  }

  @Test
  void everyTextThatAScriptAsksForIsThere() throws IOException {
    Set<String> known = names(texts(OWN + "/en.json"));
    known.addAll(names(texts(SHARED + "/shared.en.json")));

    for (Path folder : List.of(OWN, SHARED)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(name -> name.toString().endsWith(".js")).toList()) {
          Matcher matcher = USED.matcher(Files.readString(file));
          while (matcher.find()) {
            assertTrue(known.contains(matcher.group(1)), file + ": " + matcher.group(1));
          }
        }
      }
    }
  }

  private static JsonNode texts(String file) throws IOException {
    return new ObjectMapper().readTree(Path.of(file).toFile());
  }

  private static Set<String> names(JsonNode texts) {
    Set<String> names = new TreeSet<>();
    texts.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<String> places(JsonNode texts, String name) {
    Set<String> places = new TreeSet<>();
    Matcher matcher = PLACE.matcher(texts.get(name).asText());
    while (matcher.find()) {
      places.add(matcher.group());
    }
    return places;
  }
}
