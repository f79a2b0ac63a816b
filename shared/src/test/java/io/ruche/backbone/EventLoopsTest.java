package io.ruche.backbone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int QUESTION = 12;

  /** The last byte of the address 127.0.0.x that every name has. */
  private volatile int address = 2;

  @Test
  void findsWhoHasComeBackUnderAnotherAddress() throws Exception {
    try (DatagramSocket names = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(names));
      VertxOptions options = EventLoops.options();
      options
          .getAddressResolverOptions()
          .setServers(List.of("127.0.0.1:" + names.getLocalPort()))
          .setSearchDomains(List.of())
          .setNdots(1);
      Vertx vertx = Vertx.vertx(options);
      try {
        NetServer store = vertx.createNetServer().connectHandler(socket -> {});
        int port =
            store.listen(0, "0.0.0.0").await(BOUND.toSeconds(), TimeUnit.SECONDS).actualPort();

        assertEquals("127.0.0.2", reached(vertx, port));
        address = 3;

        await().atMost(BOUND).until(() -> reached(vertx, port).equals("127.0.0.3"));
      } finally {
        vertx.close().await(BOUND.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private static String reached(Vertx vertx, int port) throws Exception {
    return vertx
        .createNetClient()
        .connect(port, "store.test")
        .compose(
            socket -> {
              String host = socket.remoteAddress().hostAddress();
              return socket.close().map(host);
            })
        .await(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  /** Answers every question for an address, and lets the answer live 600 s, as Docker does. */
  private void answer(DatagramSocket names) {
    byte[] buffer = new byte[512];
    try {
      for (; ; ) {
        DatagramPacket asked = new DatagramPacket(buffer, buffer.length);
        names.receive(asked);
        int end = QUESTION;
        while (buffer[end] != 0) {
          end += buffer[end] + 1;
        }
        end += 5; // the root's empty label, type and class
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream answer = new DataOutputStream(bytes);
        answer.write(buffer, 0, 2); // the question's id
        answer.writeShort(0x8180); // an answer, without error
        boolean ipv4 = buffer[end - 3] == 1;
        answer.write(new byte[] {0, 1, 0, (byte) (ipv4 ? 1 : 0), 0, 0, 0, 0});
        answer.write(buffer, QUESTION, end - QUESTION);
        if (ipv4) {
          answer.writeShort(0xC00C); // the name in the question
          answer.writeInt(0x00010001);
          answer.writeInt(600);
          answer.writeShort(4);
          answer.write(new byte[] {127, 0, 0, (byte) address});
        }
        names.send(new DatagramPacket(bytes.toByteArray(), bytes.size(), asked.getSocketAddress()));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }
}
