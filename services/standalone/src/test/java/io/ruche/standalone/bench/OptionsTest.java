package io.ruche.standalone.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.standalone.bench.Options.Peer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void readsAPeerWithAndWithoutHeaders() {
    assertEquals(
        new Peer("litellm", 4000, List.of("authorization: Bearer sk-1", "x: y,z")),
        Peer.parse("litellm=4000,authorization: Bearer sk-1;x: y,z"));
    assertEquals(new Peer("portkey", 8787, List.of()), Peer.parse("portkey=8787"));
  }

  @Test
  void saysHowAPeerIsSpelled() {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> Peer.parse("litellm:4000"));
    assertTrue(String.valueOf(wrong.getMessage()).contains("NAME=PORT"), wrong::getMessage);
  }
}
