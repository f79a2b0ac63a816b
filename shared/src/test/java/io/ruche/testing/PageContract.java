package io.ruche.testing;

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

/** Holds the two languages of a service's page to each other and to its scripts. */
public abstract class PageContract {

  private static final Path SHARED = Path.of("../../shared/src/main/resources/page/shared");
  private static final Pattern USED = Pattern.compile("\\bt\\(\\s*[\"']([\\w.-]+)[\"']");
  private static final Pattern PLACE = Pattern.compile("\\{\\w+}");

  private final Path own;
  private final List<String> files;

  /**
   * A page.
   *
   * @param stem of the service, as in {@code page/ai-proxy}
   * @param files that are served beside the shared ones
   */
  protected PageContract(String stem, List<String> files) {
    this.own = Path.of("src/main/resources/page", stem);
    this.files = files;
  }

  @Test
  void bothLanguagesSayTheSameThings() throws IOException {
    for (String stem : List.of(own + "/", SHARED + "/shared.")) {
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
    try (Stream<Path> there = Files.list(own)) {
      assertEquals(
          there.map(file -> file.getFileName().toString()).collect(Collectors.toSet()),
          Set.copyOf(files));
    }
  }

  @Test
  void everyTextThatAScriptAsksForIsThere() throws IOException {
    Set<String> known = names(texts(own + "/en.json"));
    known.addAll(names(texts(SHARED + "/shared.en.json")));

    for (Path folder : List.of(own, SHARED)) {
      try (Stream<Path> scripts = Files.list(folder)) {
        for (Path file : scripts.filter(name -> name.toString().endsWith(".js")).toList()) {
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
