package io.ruche.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "/v1/keys, /v1/keys, true",
    "/v1/keys, /v1/keys/, true",
    "/v1/keys, /v1/key, false",
    "/v1/keys/{id}, /v1/keys/7, true",
    "/v1/keys/{id}, /v1/keys/, false",
    "/v1/keys/{id}, /v1/keys/7/8, false",
    "/v1/{a}/b/{c}, /v1/x/b/y, true",
    "/v1/{a}/b/{c}, /v1/x/c/y, false"
  })
  void matchesThePathsOfItsTemplate(String template, String path, boolean matches) {
    assertEquals(matches, new Endpoint(HttpMethod.GET, template).matches(path));
  }
}
