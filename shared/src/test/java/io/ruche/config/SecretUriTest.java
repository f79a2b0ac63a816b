package io.ruche.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretUriTest {

  @ParameterizedTest
  @CsvSource({
    "redis://:pw@host:6379/0, redis://***@host:6379/0",
    "redis://user:p/w@host, redis://***@host",
    "redis://user:p@w@host, redis://***@host",
    "redis://:p#w@host, redis://***@host",
    "redis://:p w@host, redis://***@host",
    "user:pw@host, ***@host",
    "redis://host:6379, redis://host:6379",
    "postgres://h/db?user=u&password=pw&ssl=true, postgres://h/db?user=u&password=***&ssl=true",
    "http://h/x?access_token=abc, http://h/x?access_token=***",
    "http://h/x?api-key=abc, http://h/x?api-key=***"
  })
  void showsAnAddressWithoutItsSecrets(String address, String shown) {
    assertEquals(shown, SecretUri.redacted(address));
  }

  @Test
  void printsWithoutItsPassword() {
    assertEquals(
        "redis://***@host:6379", new SecretUri(URI.create("redis://:pw@host:6379")).toString());
  }

  @Test
  void redactsAddressesInsideAText() {
    assertEquals(
        "tried redis://***@a:1 and 'mqtt://***@b', mail me@there",
        SecretUri.redactedText("tried redis://:pw@a:1 and 'mqtt://u:p@w@b', mail me@there"));
  }
}
