package io.ruche.aiproxy.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProviderTest {

  private static final URI GROQ = URI.create("https://api.groq.com/openai/v1");

  @Test
  void dropsSlashesAtTheEndOfTheAddress() {
    assertEquals(GROQ, Provider.checkedUrl(URI.create(GROQ + "//")));
  }

  @Test
  void takesTheUsualPortOfTheScheme() {
    assertEquals("api.groq.com:443", provider(GROQ, null).origin());
    assertEquals("o:80", provider(URI.create("http://o/v1"), null).origin());
    assertEquals("o:11434", provider(URI.create("http://o:11434/v1"), null).origin());
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

    var refusal = assertThrows(IllegalArgumentException.class, () -> Provider.checkedUrl(uri));

    assertTrue(String.valueOf(refusal.getMessage()).startsWith("base-url must"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void countsABlankKeyAsNone(String key) {
    assertNull(Provider.checkedKey(new Secret(key)));
  }

  @Test
  void stripsTheLineBreakOfAKeyFile() {
    Secret key = Provider.checkedKey(new Secret("gsk_1\n"));

    assertNotNull(key);
    assertEquals("gsk_1", key.value());
  }

  @Test
  void refusesKeysThatNoHeaderCarriesWithoutShowingThem() {
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Provider.checkedKey(new Secret("gsk_1\r\nX-Other: 2")));

    assertFalse(String.valueOf(refusal.getMessage()).contains("gsk_1"));
  }

  @Test
  void showsNoKeyInItsText() {
    assertFalse(provider(GROQ, new Secret("gsk_1")).toString().contains("gsk_1"));
  }

  private static Provider provider(URI url, @Nullable Secret key) {
    return TestProviders.at("p", url, key);
  }
}
