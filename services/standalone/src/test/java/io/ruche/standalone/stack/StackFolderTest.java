package io.ruche.standalone.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFolderTest {

  @TempDir private Path folder;

  @BeforeEach
  void hasTheExample() throws IOException {
    Files.writeString(folder.resolve(".env.example"), "# type: text\nPUBLIC_DOMAIN=\n");
  }

  @Test
  void writesSettingsAndSecretsThatNobodyElseReaches() throws IOException {
    StackFolder.Written written = new StackFolder(folder).complete();

    assertEquals(0, written.kept());
    assertEquals("rw-------", mode(".env"));
    assertEquals("rwx------", mode("secrets"));
    assertEquals("r--r--r--", mode("secrets/ai-proxy-postgres-url"));
    assertEquals(
        Files.readString(folder.resolve(".env.example")), Files.readString(folder.resolve(".env")));
    URI url = URI.create(Files.readString(folder.resolve("secrets/ai-proxy-postgres-url")));
    assertEquals("postgres:5432", url.getHost() + ":" + url.getPort());
    assertTrue(url.getUserInfo().matches("ai_proxy:[0-9a-f]{40}"), "user and password");
  }

  @Test
  void usesNoPasswordTwice() throws IOException {
    new StackFolder(folder).complete();

    List<String> secrets = secrets();
    Set<String> passwords = new HashSet<>();
    for (String secret : secrets) {
      passwords.add(secret.replaceAll(".*?([0-9a-f]{40}).*", "$1"));
    }
    assertEquals(secrets.size(), passwords.size());
    assertTrue(secrets.size() > 10, () -> secrets.size() + " secrets");
  }

  @Test
  void neverWritesOverWhatIsThere() throws IOException {
    new StackFolder(folder).complete();
    Path mine = folder.resolve("secrets/qdrant-api-key");
    Files.delete(mine);
    Files.writeString(mine, "mine");
    Files.writeString(folder.resolve(".env"), "GROQ_API_KEY=mine\n");
    Files.delete(folder.resolve("secrets/minio-root-password"));
    List<String> before = secrets();

    StackFolder.Written again = new StackFolder(folder).complete();

    assertEquals(List.of(Path.of("secrets/minio-root-password")), again.made());
    assertEquals("mine", Files.readString(mine));
    assertEquals("GROQ_API_KEY=mine\n", Files.readString(folder.resolve(".env")));
    assertTrue(secrets().containsAll(before), "all that were there");
  }

  @Test
  void refusesAFolderWithoutComposeFiles() throws IOException {
    Files.delete(folder.resolve(".env.example"));

    assertThrows(IOException.class, () -> new StackFolder(folder).complete());
  }

  private List<String> secrets() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("secrets"))) {
      return files.map(StackFolderTest::text).toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }
}
