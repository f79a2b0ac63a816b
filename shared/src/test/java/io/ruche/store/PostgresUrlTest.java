package io.ruche.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ruche.config.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

  @Test
  void decodesUserAndPassword() {
    PostgresUrl url = PostgresUrl.parse("postgresql://a%40b:p%3Aw%2F%2B+%25@db.example:6432/ruche");

    assertEquals(
        new PostgresUrl(
            "db.example", 6432, "ruche", "a@b", new Secret("p:w/++%"), PostgresUrl.Tls.DISABLE),
        url);
  }

  @Test
  void takesServiceNamesThatAreNoHostNames() {
    assertEquals("my_db", PostgresUrl.parse("postgres://u:p@my_db:5432/x").host());
  }

  @Test
  void fillsInPortAndDatabase() {
    assertEquals("[::1]:5432/ruche", PostgresUrl.parse("postgresql://ruche@[::1]").address());
  }

  @Test
  void readsTheSslMode() {
    assertEquals(
        PostgresUrl.Tls.VERIFY_FULL,
        PostgresUrl.parse("postgresql://u:p@h/d?sslmode=verify-full").tls());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://u:hunter2@h/d",
        "postgresql://u:hunter2@h:port/d",
        "postgresql://u:hunter2@h:70000/d",
        "postgresql://u:hunter2%zz@h/d",
        "postgresql://u:hunter2 x@h/d",
        "postgresql://u:hunter2/x@h/d",
        "postgresql://u:hunter2@/d",
        "postgresql://h/hunter2",
        "postgresql:///hunter2",
        "postgresql://u:hunter2@h/d?sslmode=prefer",
        "postgresql://u:hunter2@h/d?password=hunter2",
        "hunter2"
      })
  void saysWhatIsWrongWithoutThePassword(String url) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> PostgresUrl.parse(url));

    assertFalse(refusal.toString().contains("hunter2"), refusal.toString());
  }

  @Test
  void neverShowsThePassword() {
    assertFalse(PostgresUrl.parse("postgresql://u:hunter2@h/d").toString().contains("hunter2"));
  }
}
