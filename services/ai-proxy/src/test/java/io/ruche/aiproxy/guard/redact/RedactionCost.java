package io.ruche.aiproxy.guard.redact;

import io.ruche.aiproxy.guard.find.Finder;
import io.ruche.aiproxy.guard.find.Kind;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.Operation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Measures what redaction costs for a body of 10 KB; prints microseconds of CPU, the median of
 * rounds. A program, not a test.
 */
public final class RedactionCost {

  private static final Finder ALL = new Finder(EnumSet.allOf(Kind.class));
  private static final String WORDS =
      "Bonjour, voici le r\u00e9sum\u00e9 de la commande 2024-0117 du 12/03/2024 (montant 1 249,90 \u20ac, IP"
          + " 192.168.1.10). Le client souhaite une r\u00e9ponse avant vendredi, merci de v\u00e9rifier.\n";
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private static int sink;

  private RedactionCost() {}

  /** Runs it. */
  public static void main(String[] args) {
    byte[] plain = body(0);
    byte[] full = body(20);
    Redaction redaction = Objects.requireNonNull(Redactor.redact(full, ALL, true));
    Placeholders placeholders = Objects.requireNonNull(redaction.placeholders());
    Buffer event =
        Buffer.buffer(
            "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n");
    tell(
        "read the request, as without a guard",
        plain.length,
        () -> JsonRequest.read(Operation.CHAT, Buffer.buffer(plain)));
    tell("find nothing", plain.length, () -> Redactor.redact(plain, ALL, true));
    tell(
        "redact " + redaction.count() + " places",
        full.length,
        () -> Redactor.redact(full, ALL, true));
    tell(
        "restore a whole answer",
        redaction.body().length(),
        () -> new WholeRestorer(placeholders).pass(redaction.body()));
    EventRestorer restorer = new EventRestorer(placeholders);
    tell("restore one event", event.length(), () -> restorer.pass(event));
    if (sink == Integer.MIN_VALUE) {
      System.out.println();
    }
  }

  private static byte[] body(int people) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 9_500; i++) {
      text.append(i < people ? person(i) : WORDS);
    }
    JsonObject message = new JsonObject().put("role", "user").put("content", text.toString());
    return new JsonObject()
        .put("model", "llama")
        .put("messages", new JsonArray().add(message))
        .toBuffer()
        .getBytes();
  }

  private static String person(int i) {
    return "\u00c9crire \u00e0 client"
        + i
        + "@exemple.fr, t\u00e9l. 06 12 34 56 "
        + (10 + i)
        + ", FR76 3000 6000 0112 3456 7890 189.\n";
  }

  private static void tell(String what, int bytes, Supplier<?> work) {
    double[] micros = new double[15];
    for (int round = 0; round < micros.length; round++) {
      long began = CPU.getCurrentThreadCpuTime();
      int times = 4_000;
      for (int i = 0; i < times; i++) {
        sink += work.get() == null ? 0 : 1;
      }
      micros[round] = (CPU.getCurrentThreadCpuTime() - began) / 1_000.0 / times;
    }
    double[] warm = Arrays.copyOfRange(micros, 5, micros.length);
    Arrays.sort(warm);
    System.out.printf("%-40s %6d bytes  %6.1f us%n", what, bytes, warm[warm.length / 2]);
  }
}
