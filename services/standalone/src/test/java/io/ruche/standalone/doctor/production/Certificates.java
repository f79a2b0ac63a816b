package io.ruche.standalone.doctor.production;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates of two names of example.org, in a key store that keytool has made. */
final class Certificates {

  static final char[] PASSWORD = "of-a-test".toCharArray();

  final Path file;
  private final KeyStore store;

  Certificates(Path folder) throws Exception {
    file = folder.resolve("certificates.p12");
    make("good", "2026/11/01 00:00:00", "90", "DNS:ai.example.org,DNS:documents.example.org");
    make("ending", "2026/09/01 00:00:00", "90", "DNS:*.example.org");
    make("expired", "2026/01/01 00:00:00", "90", "DNS:*.example.org");
    make("other", "2026/11/01 00:00:00", "90", "DNS:example.net");
    store = KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  private void make(String name, String from, String days, String names) throws Exception {
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    name,
                    "-dname",
                    "CN=test",
                    "-ext",
                    "san=" + names,
                    "-startdate",
                    from,
                    "-validity",
                    days,
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException("keytool failed");
    }
  }

  X509Certificate good() {
    return get("good");
  }

  X509Certificate get(String name) {
    try {
      return (X509Certificate) store.getCertificate(name);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Writes one as PEM. */
  void write(String name, Path to) throws Exception {
    Files.createDirectories(java.util.Objects.requireNonNull(to.getParent()));
    Files.writeString(
        to,
        "-----BEGIN CERTIFICATE-----\n"
            + java.util.Base64.getMimeEncoder().encodeToString(get(name).getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }
}
