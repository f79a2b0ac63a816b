package io.ruche.standalone.doctor.production;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandshakeTest {

  @TempDir private Path folder;

  @Test
  void showsACertificateThatNobodyTrusts() throws Exception {
    Certificates certificates = new Certificates(folder);
    try (SSLServerSocket server = serve(certificates)) {
      Thread answers = Thread.ofVirtual().start(() -> answer(server));

      Handshake.Shown shown =
          new Handshake()
              .ask(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()),
                  "ai.example.org");

      answers.join();
      assertFalse(shown.trusted(), "it is signed by itself");
      assertEquals("CN=test", shown.certificate().getSubjectX500Principal().getName());
    }
  }

  @Test
  void failsWhereNobodyListens() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);

    assertThrows(IOException.class, () -> new Handshake().ask(nobody, "ai.example.org"));
  }

  private static SSLServerSocket serve(Certificates certificates) throws Exception {
    KeyStore keys = KeyStore.getInstance(certificates.file.toFile(), Certificates.PASSWORD);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, Certificates.PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static void answer(SSLServerSocket server) {
    try (SSLSocket client = (SSLSocket) server.accept()) {
      client.startHandshake();
    } catch (IOException left) {
      // It looks at the certificate and goes.
    }
  }
}
