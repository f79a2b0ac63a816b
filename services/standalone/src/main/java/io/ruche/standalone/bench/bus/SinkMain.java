package io.ruche.standalone.bench.bus;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.ruche.standalone.bench.process.Answers;
import io.ruche.standalone.bench.process.Board;
import io.ruche.standalone.bench.process.Board.Counter;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A plain subscriber at QoS 1 that counts: the broker and the client without the bus. */
public final class SinkMain {

  private static final long SUBSCRIBE_SECONDS = 10;

  private SinkMain() {}

  /** Argument: the folder of the board. The first line is {@code connect URL}. */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    Board board = Board.in(Path.of(args[0]));
    Answers.serve(
        out,
        (verb, words) -> {
          LoadMain.connect(URI.create(words.getFirst()), "sink")
              .subscribeWith()
              .topicFilter(LoadMain.ALONE)
              .qos(MqttQos.AT_LEAST_ONCE)
              .callback(message -> board.add(Counter.HANDLED, 1))
              .send()
              .get(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
          return new JsonObject();
        });
    System.exit(0);
  }
}
