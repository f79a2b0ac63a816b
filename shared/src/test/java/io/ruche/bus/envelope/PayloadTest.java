package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        "application/problem+json",
        "application/vnd.x+json; v=1"
      })
  void knowsJsonByItsMediaType(String type) {
    assertTrue(new Payload(type, Buffer.buffer()).isJson());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json-seq",
        "application/jsonlines",
        "application/x-ndjson",
        "text/plain; x=application/json",
        "text/plain;x=+json",
        "",
        "json"
      })
  void takesNothingElseForJson(String type) {
    assertFalse(new Payload(type, Buffer.buffer()).isJson());
  }
}
