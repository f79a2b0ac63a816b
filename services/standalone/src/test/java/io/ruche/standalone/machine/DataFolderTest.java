package io.ruche.standalone.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path temp;

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    try (DataFolder data = DataFolder.open(temp.resolve("a/data"))) {
      data.secret("some.password");
      assertEquals("rwx------", mode(data.root()));
      assertEquals("rwx------", mode(data.folder("redis")));
      assertEquals("rw-------", mode(data.root().resolve("secrets/some.password")));
    }
  }

  @Test
  void closesAFolderThatWasOpenToOthers() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("data"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (DataFolder data = DataFolder.open(folder)) {
      assertEquals("rwx------", mode(data.root()));
    }
  }

  @Test
  void keepsASecretAndMakesEachAnotherOne() {
    String first;
    try (DataFolder data = DataFolder.open(temp.resolve("data"))) {
      first = data.secret("one");
      assertNotEquals(first, data.secret("other"));
      assertTrue(first.matches("[0-9a-f]{48}"), first);
    }
    try (DataFolder data = DataFolder.open(temp.resolve("data"))) {
      assertEquals(first, data.secret("one"));
    }
  }

  @Test
  void isOpenToOneAtATimeAndNamesTheOther() {
    Path folder = temp.resolve("data");
    long pid = ProcessHandle.current().pid();
    try (DataFolder data = DataFolder.open(folder)) {
      StartFailure refused = assertThrows(StartFailure.class, () -> DataFolder.open(folder));
      assertTrue(
          refused.getMessage().contains("already running as pid " + pid + " since 2"),
          refused.getMessage());
      assertEquals(
          Optional.of(pid), DataFolder.owner(folder).map(DataFolder.Owner::pid), "held by us");
      assertEquals(data.root(), folder.toAbsolutePath());
    }
    assertEquals(Optional.empty(), DataFolder.owner(folder));
    DataFolder.open(folder).close();
  }

  @Test
  void saysWhereItCannotBeMade() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    StartFailure refused =
        assertThrows(StartFailure.class, () -> DataFolder.open(file.resolve("data")));
    assertTrue(refused.getMessage().contains(file + "/data"), refused.getMessage());
    assertTrue(refused.getMessage().contains("--data DIR"), refused.getMessage());
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
