package io.ruche.embedservice.parse.child;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.List;
import java.util.Set;

/** No URL but those of the class path can be loaded in this process. */
final class NoNetwork {

  private static final Set<String> OWN = Set.of("file", "jar", "jrt", "jmod");

  private NoNetwork() {}

  static void install() {
    URL.setURLStreamHandlerFactory(protocol -> OWN.contains(protocol) ? null : new Refusal());
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI address) {
            throw new IllegalArgumentException("no network here");
          }

          @Override
          public void connectFailed(URI address, SocketAddress socket, IOException failure) {
            // There is nothing to do about it.
          }
        });
  }

  private static final class Refusal extends URLStreamHandler {

    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      throw new IOException("no network here");
    }

    @Override
    protected URLConnection openConnection(URL url, Proxy proxy) throws IOException {
      throw new IOException("no network here");
    }
  }
}
