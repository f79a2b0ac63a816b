package io.ruche.standalone.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.standalone.bench.Options.Peer;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void readsAPeerWithAndWithoutAKey() {
    assertEquals(new Peer("litellm", 4000, "sk-1,2"), Peer.parse("litellm=4000,sk-1,2"));
    assertEquals(new Peer("portkey", 8787, "-"), Peer.parse("portkey=8787"));
  }

  @Test
  void saysHowAPeerIsSpelled() {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> Peer.parse("litellm:4000"));
    assertTrue(String.valueOf(wrong.getMessage()).contains("NAME=PORT"), wrong::getMessage);
  }
}
