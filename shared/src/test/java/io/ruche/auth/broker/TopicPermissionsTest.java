package io.ruche.auth.broker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.ApiKey;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPermissionsTest {

  private static final ApiKey CLIENT = key("n8n", ApiKey.Kind.CLIENT);
  private static final ApiKey DEVICE = key("d1", ApiKey.Kind.DEVICE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ruche/koff/evt/#",
        "ruche/koff/evt",
        "ruche/koff/evt/ai-proxy/chat-completed",
        "ruche/koff/evt/+/chat-completed",
        "ruche/koff/evt/+/+",
        "ruche/koff/reply/n8n/#",
        "ruche/koff/reply/n8n/+",
        "ruche/koff/reply/n8n/c1",
        "ruche/koff/receipt/n8n/#",
        "$share/g/ruche/koff/evt/#"
      })
  void letsAClientReceiveItsTenantsEventsAndItsOwnAnswers(String filter) {
    assertTrue(TopicPermissions.allowsSubscribe(CLIENT, filter));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#",
        "+",
        "/#",
        "+/#",
        "+/+/+/#",
        "ruche",
        "ruche/#",
        "ruche/+",
        "ruche/koff/#",
        "ruche/koff/+/#",
        "ruche/koff/+/n8n/#",
        "ruche/+/evt/#",
        "ruche/azoth/evt/#",
        "ruche/koff2/evt/#",
        "ruche/kof/evt/#",
        "ruche/koff/evt2/#",
        "ruche/koff/evt/#/x",
        "ruche/koff/evt/a#",
        "ruche/koff/evt/#a",
        "ruche/koff/evt/a+/b",
        "ruche//evt/#",
        "/ruche/koff/evt/#",
        " ruche/koff/evt/#",
        "RUCHE/koff/evt/#",
        "ruche/koff/reply/#",
        "ruche/koff/reply/+/#",
        "ruche/koff/reply/+/c1",
        "ruche/koff/reply/n8n2/#",
        "ruche/koff/receipt/other/#",
        "ruche/koff/receipt/+/x",
        "ruche/koff/cmd/n8n/#",
        "ruche/koff/cmd/#",
        "ruche/koff/dev/d1/#",
        "$SYS/#",
        "$SYS/broker/version",
        "$CONTROL/dynamic-security/v1",
        "$share/g/#",
        "$share/g/ruche/+/evt/#",
        "$share/g/ruche/azoth/evt/#",
        "$share//ruche/koff/evt/#",
        "$share/+/ruche/koff/evt/#",
        "$share/g#/ruche/koff/evt/#",
        "$share/g/$share/h/ruche/koff/evt/#",
        "$share/ruche/koff/evt/#",
        "$share/g",
        "$share/",
        "$queue/ruche/koff/evt/#",
        "$SHARE/g/ruche/koff/evt/#",
        ""
      })
  void keepsAClientFromEverythingElse(String filter) {
    assertFalse(TopicPermissions.allowsSubscribe(CLIENT, filter));
  }

  @Test
  void refusesOverlongAndBrokenFilters() {
    assertFalse(
        TopicPermissions.allowsSubscribe(CLIENT, "ruche/koff/evt/" + "a/".repeat(600) + "#"));
    assertFalse(TopicPermissions.allowsSubscribe(CLIENT, "ruche/koff/evt/\0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ruche/koff/cmd/n8n/ai-proxy/chat", "ruche/koff/cmd/n8n/ai-proxy/Wrong/Level"})
  void letsAClientPublishBelowItsOwnCommands(String topic) {
    // A wrong level is for the ingress to name; a broker could only be silent.
    assertTrue(TopicPermissions.allowsPublish(CLIENT, topic, false));
    assertTrue(TopicPermissions.allowsPublish(CLIENT, topic, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ruche/koff/cmd/n8n",
        "ruche/koff/cmd/n8n/",
        "ruche/koff/cmd/other/ai-proxy/chat",
        "ruche/koff/cmd/n8n2/ai-proxy/chat",
        "ruche/azoth/cmd/n8n/ai-proxy/chat",
        "ruche/koff/cmd/n8n/+/chat",
        "ruche/koff/cmd/n8n/#",
        "ruche/koff/evt/ai-proxy/chat-completed",
        "ruche/koff/reply/n8n/c1",
        "ruche/koff/receipt/n8n/i1",
        "ruche/koff/dev/n8n/state",
        "$SYS/x",
        "$share/g/ruche/koff/cmd/n8n/ai-proxy/chat",
        "$CONTROL/dynamic-security/v1",
        "homeassistant/sensor/config",
        ""
      })
  void keepsAClientFromPublishingElsewhere(String topic) {
    assertFalse(TopicPermissions.allowsPublish(CLIENT, topic, false));
    assertFalse(TopicPermissions.allowsPublish(CLIENT, topic, true));
  }

  @Test
  void letsADeviceRetainItsStateAndStatusOnly() {
    assertTrue(TopicPermissions.allowsPublish(DEVICE, "ruche/koff/dev/d1/tele", false));
    assertFalse(TopicPermissions.allowsPublish(DEVICE, "ruche/koff/dev/d1/tele", true));
    assertTrue(TopicPermissions.allowsPublish(DEVICE, "ruche/koff/dev/d1/state", true));
    assertTrue(TopicPermissions.allowsPublish(DEVICE, "ruche/koff/dev/d1/state", false));
    assertTrue(TopicPermissions.allowsPublish(DEVICE, "ruche/koff/dev/d1/status", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ruche/koff/dev/d1",
        "ruche/koff/dev/d1/other",
        "ruche/koff/dev/d1/tele/x",
        "ruche/koff/dev/d2/tele",
        "ruche/azoth/dev/d1/tele",
        "ruche/koff/cmd/d1/ai-proxy/chat",
        "ruche/koff/evt/ai-proxy/x"
      })
  void keepsADeviceFromPublishingElsewhere(String topic) {
    assertFalse(TopicPermissions.allowsPublish(DEVICE, topic, false));
  }

  @Test
  void letsADeviceReceiveItsOwnBranchOnly() {
    assertTrue(TopicPermissions.allowsSubscribe(DEVICE, "ruche/koff/dev/d1/#"));
    assertTrue(TopicPermissions.allowsSubscribe(DEVICE, "ruche/koff/dev/d1/state"));
    assertFalse(TopicPermissions.allowsSubscribe(DEVICE, "ruche/koff/dev/+/state"));
    assertFalse(TopicPermissions.allowsSubscribe(DEVICE, "ruche/koff/dev/d2/#"));
    assertFalse(TopicPermissions.allowsSubscribe(DEVICE, "ruche/koff/evt/#"));
    assertFalse(TopicPermissions.allowsSubscribe(DEVICE, "ruche/koff/reply/d1/#"));
  }

  private static ApiKey key(String name, ApiKey.Kind kind) {
    return new ApiKey(
        1, "koff", name, kind, Set.of(Scope.EVENTS), Limits.NONE, Instant.EPOCH, null, null);
  }
}
