package io.ruche.aiproxy.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.cache.entry.KeptAnswer;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplayTest {

  private static final byte[] EVENTS =
      ("data: {\"x\":\"" + "\u00e9".repeat(50) + "\"}\n\n")
          .repeat(1_000)
          .getBytes(StandardCharsets.UTF_8);

  private final List<Buffer> pieces = new ArrayList<>();
  private final Listener listener = new Listener();
  private Replay replay;
  private int pauseEvery = Integer.MAX_VALUE;
  private boolean ended;
  private String length = "";

  private final class Listener implements Reader {

    @Override
    public void head(int status, MultiMap headers) {
      assertEquals(200, status);
      length = String.valueOf(headers.get("content-length"));
    }

    @Override
    public void piece(Buffer bytes) {
      pieces.add(bytes);
      if (pieces.size() % pauseEvery == 0) {
        replay.pause();
      }
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void failed(Failure failure) {
      throw new AssertionError(failure);
    }
  }

  private byte[] joined() {
    Buffer all = Buffer.buffer();
    pieces.forEach(all::appendBuffer);
    return all.getBytes();
  }

  @Test
  void cutsAStreamBetweenItsEvents() {
    replay = new Replay(new KeptAnswer("text/event-stream", EVENTS), listener);
    replay.resume();

    assertTrue(ended);
    assertTrue(pieces.size() > 5, pieces.size() + " pieces");
    assertTrue(pieces.stream().allMatch(piece -> piece.toString().endsWith("}\n\n")));
    assertArrayEquals(EVENTS, joined());
    assertEquals("null", length);
  }

  @Test
  void waitsForAReaderThatIsSlow() {
    pauseEvery = 2;
    replay = new Replay(new KeptAnswer("text/event-stream", EVENTS), listener);
    replay.resume();
    assertEquals(2, pieces.size());
    assertFalse(ended);

    while (!ended) {
      replay.resume();
    }

    assertArrayEquals(EVENTS, joined());
  }

  @Test
  void givesNothingMoreToAReaderThatLeft() {
    pauseEvery = 1;
    replay = new Replay(new KeptAnswer("text/event-stream", EVENTS), listener);
    replay.resume();

    replay.cancel();
    replay.resume();

    assertEquals(1, pieces.size());
    assertFalse(ended);
  }

  @Test
  void tellsTheLengthOfAWholeAnswer() {
    replay = new Replay(new KeptAnswer("application/json", EVENTS), listener);
    replay.resume();

    assertEquals(Integer.toString(EVENTS.length), length);
    assertArrayEquals(EVENTS, joined());
  }
}
