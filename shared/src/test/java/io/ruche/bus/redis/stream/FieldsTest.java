package io.ruche.bus.redis.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.Samples;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldsTest {

  @Test
  void bringsEveryAttributeAndByteBack() {
    assertEquals(Samples.full(), Fields.read(reply(written(Samples.full()))));
  }

  @Test
  void takesNoFieldForWhatIsAbsent() {
    Envelope command = Samples.command("a-1", null, "{}");
    List<Object> written = written(command);
    assertFalse(written.contains("key"));
    assertFalse(written.contains("expires"));
    assertFalse(written.contains("correlationdata"));
    assertEquals(command, Fields.read(reply(written)));
  }

  @Test
  void beginsWithTheNumberOfStringsThatFollow() {
    List<Object> args = new ArrayList<>(List.of("before"));
    Fields.write(Samples.full(), args);
    assertEquals(args.size() - 2, args.get(1));
    assertEquals("id", args.get(2));
  }

  @Test
  void readsWhatAnotherVersionWrote() {
    List<Object> fields =
        List.of("later", "x", "id", "a-1", "data", new byte[] {1}, "tenant", "koff", "odd");
    Envelope read = Fields.read(reply(fields));
    assertEquals("a-1", read.id());
    assertEquals("koff", read.tenant());
    assertEquals("application/octet-stream", read.payload().contentType());
    assertEquals(1, read.payload().data().length());
    assertNull(read.key());
  }

  private static List<Object> written(Envelope envelope) {
    List<Object> args = new ArrayList<>();
    Fields.write(envelope, args);
    return args.subList(1, args.size());
  }

  /** As Redis would answer, with its RESP2 array of names and values. */
  private static Response reply(List<Object> fields) {
    MultiType reply = MultiType.create(fields.size(), false);
    for (Object field : fields) {
      byte[] bytes =
          field instanceof byte[] raw ? raw : field.toString().getBytes(StandardCharsets.UTF_8);
      reply.add(BulkType.create(Buffer.buffer(bytes), false));
    }
    return reply;
  }
}
