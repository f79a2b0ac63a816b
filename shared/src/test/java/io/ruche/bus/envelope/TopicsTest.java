package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.envelope.Refusal.Reason;
import io.ruche.bus.envelope.Topics.CommandTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

  @Test
  void writesEachFamily() {
    assertEquals(
        "ruche/koff/cmd/n8n/ai-proxy/chat", Topics.command("koff", "n8n", "ai-proxy", "chat"));
    assertEquals(
        "ruche/koff/evt/ai-proxy/chat-completed",
        Topics.event("koff", "ai-proxy", "chat-completed"));
    assertEquals("ruche/koff/reply/n8n/", Topics.replies("koff", "n8n"));
    assertEquals("ruche/koff/receipt/n8n/a-1", Topics.receipt("koff", "n8n", "a-1"));
    assertEquals("ruche/+/cmd/+/ai-proxy/+", Topics.commandsOf("ai-proxy"));
    assertEquals("ruche/koff/cmd/+/ai-proxy/+", Topics.commandsOf("ai-proxy", "koff"));
  }

  @Test
  void takesACommandTopicApart() throws Refusal {
    assertEquals(
        new CommandTopic("koff", "n8n", "ai-proxy", "chat"),
        Topics.parseCommand(Topics.command("koff", "n8n", "ai-proxy", "chat")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "ruche",
        "ruche/koff/cmd/n8n/ai-proxy",
        "ruche/koff/cmd/n8n/ai-proxy/chat/x",
        "ruche/koff/cmd/n8n/ai-proxy/chat/",
        "/ruche/koff/cmd/n8n/ai-proxy/chat",
        "other/koff/cmd/n8n/ai-proxy/chat",
        "ruche/koff/evt/n8n/ai-proxy/chat"
      })
  void refusesAnotherShape(String topic) {
    Refusal refusal = assertThrows(Refusal.class, () -> Topics.parseCommand(topic));
    assertEquals(Reason.BAD_TOPIC, refusal.reason());
    assertTrue(refusal.detail().contains("ruche/{tenant}/cmd/{client}/{service}/{command}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ruche//cmd/n8n/ai-proxy/chat",
        "ruche/Koff/cmd/n8n/ai-proxy/chat",
        "ruche/koff/cmd/n8n,x/ai-proxy/chat",
        "ruche/koff/cmd/n8n:x/ai-proxy/chat",
        "ruche/koff/cmd/n8n/ai.proxy/chat",
        "ruche/koff/cmd/n8n/ai-proxy/",
        "ruche/koff/cmd/n8n/ai-proxy/é",
        "ruche/}koff{/cmd/n8n/ai-proxy/chat",
        "ruche/koff/cmd/n8n/ai-proxy/+"
      })
  void refusesALevelOutsideTheAlphabetAndNamesIt(String topic) {
    Refusal refusal = assertThrows(Refusal.class, () -> Topics.parseCommand(topic));
    assertEquals(Reason.BAD_TOPIC, refusal.reason());
    assertTrue(refusal.detail().startsWith("level "), refusal.detail());
  }

  @Test
  void knowsAClientsOwnReplies() {
    assertTrue(Topics.isOwnReply("ruche/koff/reply/n8n/c", "koff", "n8n"));
    assertFalse(Topics.isOwnReply("ruche/koff/reply/n8n-2/c", "koff", "n8n"));
    assertFalse(Topics.isOwnReply("ruche/koff/reply/n8n/", "koff", "n8n"));
    assertFalse(Topics.isOwnReply("ruche/koff/reply/n8n/a/../b", "koff", "n8n"));
  }
}
