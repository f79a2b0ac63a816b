package io.ruche.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.config.ConfigDocs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationDocsTest {

  private static final Path DOCUMENT = Path.of("../../docs/configuration.md");

  @Test
  void describesEverySetting() throws IOException {
    String fresh = ConfigDocs.render(Settings.files(), Settings.OTHER_VARIABLES);
    if (Boolean.getBoolean("ruche.docs.write")) {
      Files.writeString(DOCUMENT, fresh);
    }
    assertEquals(
        fresh,
        Files.readString(DOCUMENT),
        "write it anew: mvn -pl services/standalone -am test -Dtest=ConfigurationDocsTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Druche.docs.write=true");
  }
}
