package io.ruche.aiproxy.cache.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalRequestTest {

  private static CanonicalRequest read(String body, String... ignored) {
    return CanonicalRequest.read(body.getBytes(StandardCharsets.UTF_8), List.of(ignored));
  }

  private static String digest(String body, String... ignored) {
    Digest digest = new Digest();
    assertNotNull(read(body, ignored), body).addTo(digest);
    return digest.end();
  }

  private static <T> T assertNotNull(T value, String body) {
    Assertions.assertNotNull(value, body);
    return value;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1.0, 1",
    "1e0, 1",
    "10E-1, 1",
    "0.70, 0.7",
    "7e-1, 0.7",
    "-0, 0",
    "-0.0, 0",
    "100, 100",
    "1e2, 100",
    "123456789012345678901234567890, 123456789012345678901234567890",
    "1e400, 1E+400",
    "1e99999999999, 1e99999999999"
  })
  void writesANumberInOneWay(String spelling, String written) {
    assertEquals(written, CanonicalRequest.number(spelling));
  }

  @Test
  void writesObjectsAtAnyDepthInTheOrderOfTheirNames() {
    assertEquals(
        digest("{\"b\":{\"y\":[{\"d\":1,\"c\":[]}],\"x\":{}},\"a\":null}"),
        digest(
            "{ \"a\" : null, \"b\" : { \"x\" : { } , \"y\" : [ { \"c\" : [ ], \"d\" : 1.0 } ] } }"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":2}",
        "{\"a\":\"1\"}",
        "{\"a\":true}",
        "{\"a\":null}",
        "{}",
        "{\"a\":1,\"b\":1}",
        "{\"a\":[1]}",
        "{\"a\":1,\"a\":1}",
        "{\"A\":1}"
      })
  void keepsApartWhatIsNotTheSame(String other) {
    assertNotEquals(digest("{\"a\":1}"), digest(other));
  }

  @Test
  void keepsTheOrderOfLists() {
    assertNotEquals(digest("{\"stop\":[\"a\",\"b\"]}"), digest("{\"stop\":[\"b\",\"a\"]}"));
  }

  @Test
  void keepsBothOfANameThatComesTwice() {
    assertNotEquals(digest("{\"a\":{\"x\":1,\"x\":2}}"), digest("{\"a\":{\"x\":2}}"));
    assertNotEquals(digest("{\"a\":{\"x\":1,\"x\":2}}"), digest("{\"a\":{\"x\":2,\"x\":1}}"));
  }

  @Test
  void ignoresAtTheTopOnly() {
    assertEquals(digest("{\"user\":\"a\",\"x\":1}", "user"), digest("{\"x\":1}", "user"));
    assertNotEquals(
        digest("{\"x\":{\"user\":\"a\"}}", "user"), digest("{\"x\":{\"user\":\"b\"}}", "user"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"n\":2}", "{\"n\":0}", "{\"n\":\"1\"}", "{\"a\":\"\\ud800\"}", "{\"a\":"})
  void leavesAloneWhatHasNoOneAnswer(String body) {
    assertNull(read(body));
  }

  @Test
  void leavesLongBodiesAlone() {
    assertNull(read("{\"a\":\"" + "x".repeat(CanonicalRequest.LONGEST) + "\"}"));
  }

  @Test
  void tellsTheLastMessageFromTheRest() {
    CanonicalRequest one = read("{\"z\":1,\"messages\":[{\"a\":1},{\"b\":2}],\"c\":3}");
    CanonicalRequest other = read("{\"messages\":[{\"a\":1},{\"b\":7}],\"c\":3,\"z\":1}");
    CanonicalRequest another = read("{\"messages\":[{\"a\":2},{\"b\":2}],\"c\":3,\"z\":1}");

    assertEquals("{\"b\":2}", one.lastMessage());
    assertEquals(rest(one), rest(other));
    assertNotEquals(rest(one), rest(another));
  }

  private static String rest(CanonicalRequest request) {
    Digest digest = new Digest();
    request.addAllBeforeLastTo(digest);
    return digest.end();
  }
}
