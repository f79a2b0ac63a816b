package io.ruche.standalone.doctor.production;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Asks a TLS server for its certificate, whatever that is, and sends nothing to it. */
final class Handshake {

  private static final int BOUND_MS = 5_000;

  /**
   * What a server shows.
   *
   * @param trusted whether its chain leads to an authority that this JDK trusts
   */
  record Shown(X509Certificate certificate, boolean trusted) {}

  /**
   * Asks.
   *
   * @param server where to connect
   * @param name the host that it is asked for
   * @throws IOException when it does not answer, or not with TLS
   */
  Shown ask(InetSocketAddress server, String name) throws IOException {
    Witness witness = new Witness();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {witness}, null);
      try (Socket plain = new Socket()) {
        plain.connect(server, BOUND_MS);
        plain.setSoTimeout(BOUND_MS);
        try (SSLSocket socket =
            (SSLSocket)
                context.getSocketFactory().createSocket(plain, name, server.getPort(), true)) {
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setServerNames(List.of(new SNIHostName(name)));
          socket.setSSLParameters(parameters);
          socket.startHandshake();
        }
      }
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has TLS", impossible);
    }
    X509Certificate certificate = witness.certificate;
    if (certificate == null) {
      throw new IOException("it shows no certificate");
    }
    return new Shown(certificate, witness.trusted);
  }

  /** Takes every certificate, to look at it, and notes whether it is trusted. */
  private static final class Witness implements X509TrustManager {

    private @Nullable X509Certificate certificate;
    private boolean trusted;

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {
      certificate = chain[0];
      try {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
          if (manager instanceof X509TrustManager authorities) {
            authorities.checkServerTrusted(chain, kind);
            trusted = true;
          }
        }
      } catch (CertificateException untrusted) {
        trusted = false;
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException("every JDK has authorities", impossible);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      throw new CertificateException("there is no client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
