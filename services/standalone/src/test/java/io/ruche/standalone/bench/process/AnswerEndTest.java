package io.ruche.standalone.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerEndTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
      })
  void endsWithTheLastByteAndNotBefore(String answer) throws IOException {
    byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
    for (int length = 0; length <= bytes.length; length++) {
      assertEquals(length == bytes.length, AnswerEnd.isReached(bytes, length), "at " + length);
    }
  }

  @Test
  void refusesWhatIsNotA200() {
    byte[] bytes =
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    assertThrows(IOException.class, () -> AnswerEnd.isReached(bytes, bytes.length));
  }

  @Test
  void refusesAnAnswerWithoutAnEnd() {
    byte[] bytes = "HTTP/1.1 200 OK\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII);
    assertThrows(IOException.class, () -> AnswerEnd.isReached(bytes, bytes.length));
  }
}
