package io.ruche.aiproxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.Secret;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProviderTest {

  private static final URI GROQ = URI.create("https://api.groq.com/openai/v1");

  @Test
  void dropsSlashesAtTheEndOfTheAddress() {
    assertEquals(GROQ, new Provider(URI.create(GROQ + "//"), null).baseUrl());
  }

  @Test
  void takesTheUsualPortOfTheScheme() {
    assertEquals("api.groq.com:443", new Provider(GROQ, null).origin());
    assertEquals("o:80", new Provider(URI.create("http://o/v1"), null).origin());
    assertEquals("o:11434", new Provider(URI.create("http://o:11434/v1"), null).origin());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.groq.com/openai/v1",
        "ftp://api.groq.com",
        "https:///v1",
        "https://user:key@api.groq.com/v1",
        "https://api.groq.com/v1?key=1",
        "https://api.groq.com/v1#x"
      })
  void refusesAddressesThatAreNotPlainHttpOnes(String url) {
    URI uri = URI.create(url);

    var refusal = assertThrows(IllegalArgumentException.class, () -> new Provider(uri, null));

    assertTrue(String.valueOf(refusal.getMessage()).startsWith("base-url must"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void countsABlankKeyAsNone(String key) {
    assertNull(new Provider(GROQ, new Secret(key)).apiKey());
  }

  @Test
  void stripsTheLineBreakOfAKeyFile() {
    Secret key = new Provider(GROQ, new Secret("gsk_1\n")).apiKey();

    assertNotNull(key);
    assertEquals("gsk_1", key.value());
  }

  @Test
  void refusesKeysThatNoHeaderCarriesWithoutShowingThem() {
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Provider(GROQ, new Secret("gsk_1\r\nX-Other: 2")));

    assertFalse(String.valueOf(refusal.getMessage()).contains("gsk_1"));
  }

  @Test
  void showsNoKeyInItsText() {
    assertFalse(new Provider(GROQ, new Secret("gsk_1")).toString().contains("gsk_1"));
  }
}
