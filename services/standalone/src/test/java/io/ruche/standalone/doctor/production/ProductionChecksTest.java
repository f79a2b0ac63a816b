package io.ruche.standalone.doctor.production;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ruche.standalone.doctor.Diagnosis;
import io.ruche.standalone.doctor.Finding;
import io.ruche.standalone.doctor.Programs.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of a good stack nothing is found, and of one with a single mistake exactly that. */
class ProductionChecksTest {

  /** Found in the good stack too: its backups are beside it. */
  private static final String ALWAYS = "backup.same-disk";

  private static final Map<String, Mistake> MISTAKES = new TreeMap<>(Mistakes.all());

  @TempDir private static Path shared;
  private static Certificates certificates;
  @TempDir private Path folder;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = new Certificates(shared);
  }

  /** Makes one thing wrong. */
  interface Mistake {
    void in(GoodStack stack) throws Exception;
  }

  static Stream<String> mistakes() {
    return MISTAKES.keySet().stream();
  }

  @Test
  void findsNothingWrongWithAGoodStack() throws Exception {
    Diagnosis diagnosis = new GoodStack(folder, certificates).diagnose();

    assertEquals(Set.of(ALWAYS), ids(diagnosis), diagnosis::text);
    assertTrue(diagnosis.isWell(), "advice alone is well");
    assertEquals(10, diagnosis.parts().size());
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void findsExactlyWhatIsWrong(String id) throws Exception {
    GoodStack stack = new GoodStack(folder, certificates);
    MISTAKES.get(id).in(stack);

    Diagnosis diagnosis = stack.diagnose();

    Set<String> found = ids(diagnosis);
    found.remove(ALWAYS);
    assertEquals(Set.of(id), found, diagnosis::text);
    for (Finding finding : diagnosis.findings()) {
      assertTrue(!finding.where().isBlank() && !finding.mend().isBlank(), finding::toString);
      assertTrue(!finding.what().isBlank(), finding::toString);
    }
  }

  /** Neither a finding without a mistake that makes it, nor one that the page does not tell. */
  @Test
  void everyFindingIsTriedHereAndToldOnThePage() throws IOException {
    Set<String> tried = new TreeSet<>(MISTAKES.keySet());
    tried.add(ALWAYS);
    Path repository = repository();
    Set<String> inCode = new TreeSet<>();
    Pattern id =
        Pattern.compile(
            "\"((?:env|secrets|engine|compose|image|port|container|server|certificate|alerts|backup)"
                + "\\.[a-z-]+)\"");
    Path sources =
        repository.resolve(
            "services/standalone/src/main/java/io/ruche/standalone/doctor/production");
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.toList()) {
        Matcher matcher = id.matcher(Files.readString(file));
        while (matcher.find()) {
          inCode.add(matcher.group(1));
        }
      }
    }
    assertEquals(inCode, without(tried, "hardening."), "findings that are tried");
    String page = Files.readString(repository.resolve("docs/production.md"));
    Set<String> untold =
        inCode.stream()
            .filter(one -> !page.contains("`" + one + "`"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), untold, "findings that docs/production.md does not tell");
  }

  @Test
  void saysWhatCouldNotBeLookedAt() throws Exception {
    GoodStack stack = new GoodStack(folder, certificates);
    stack.answers.remove("bash");

    Diagnosis diagnosis = stack.diagnose();

    assertEquals(
        List.of("part.unknown"),
        diagnosis.findings().stream().map(Finding::id).filter(one -> !one.equals(ALWAYS)).toList());
    assertTrue(!diagnosis.isWell(), "what is not known is not well");
  }

  @Test
  void looksAtTheRestWhereDockerDoesNotAnswer() throws Exception {
    GoodStack stack = new GoodStack(folder, certificates);
    GoodStack.write(stack.root.resolve("proc/sys/vm/overcommit_memory"), "0\n");
    stack.secret("admin-redis-url", "redis://admin:password123@redis-bus:6379");
    stack.docker = false;

    Set<String> found = ids(stack.diagnose());

    assertTrue(
        found.containsAll(
            Set.of(
                "engine.away",
                "compose.away",
                "server.overcommit",
                "secrets.weak",
                "part.unknown")),
        found::toString);
  }

  @Test
  void tellsNoSecret() throws Exception {
    GoodStack stack = new GoodStack(folder, certificates);
    stack.secret("admin-redis-url", "redis://admin:hunter2hunter2@redis-bus:6379");
    stack.secret("qdrant-api-key", "hunter2hunter2");

    Diagnosis diagnosis = stack.diagnose();

    assertTrue(ids(diagnosis).containsAll(Set.of("secrets.weak", "secrets.shared")));
    assertTrue(!(diagnosis.text() + diagnosis.json()).contains("hunter2"), diagnosis::text);
  }

  @Test
  void takesAnExceptionThatTheServiceDeclares() throws Exception {
    GoodStack stack = new GoodStack(folder, certificates);
    stack.container("Config").put("User", "");
    stack.container("Config", "Labels").put("ruche.except", "user");

    assertEquals(Set.of(ALWAYS), ids(stack.diagnose()));
  }

  @Test
  void missesNoQdrantWhereItsAddressIsEmpty() throws Exception {
    GoodStack stack = new GoodStack(folder, certificates);
    stack.env("PUBLIC_DOMAIN=example.org\nRUCHE_BACKUPS=../backups\nRUCHE_QDRANT_URL=\n");
    stack.files.withObject("/services").putObject("qdrant").put("image", "q/q:1.16.0@sha256:ab");

    assertEquals(Set.of(ALWAYS), ids(stack.diagnose()));
  }

  @Test
  void answersProgramsToo() throws Exception {
    GoodStack stack = new GoodStack(folder, certificates);
    stack.answers.put("docker version", new Output(1, "", "Cannot connect\nmore"));

    var json = new ObjectMapper().readTree(stack.diagnose().json());

    assertEquals(false, json.path("well").asBoolean(true));
    var first = json.path("findings").get(0);
    assertEquals("problem", first.path("level").asText());
    assertEquals("engine.away", first.path("id").asText());
    assertTrue(first.path("what").asText().endsWith("Cannot connect"), first::toString);
  }

  private static Set<String> ids(Diagnosis diagnosis) {
    return diagnosis.findings().stream()
        .map(Finding::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> without(Set<String> ids, String prefix) {
    return ids.stream()
        .filter(one -> !one.startsWith(prefix))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("docs/decisions"))) {
      here = here.getParent();
    }
    return here;
  }
}
