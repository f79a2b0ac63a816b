package io.ruche.aiproxy;

import io.ruche.aiproxy.ledger.LedgerConfig;
import io.ruche.aiproxy.limits.LimitsConfig;
import io.ruche.aiproxy.upstream.Pool;
import io.ruche.aiproxy.upstream.Provider;
import io.ruche.aiproxy.upstream.Timeouts;
import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;

/** The settings of ai-proxy, {@code ai-proxy.yaml}. Rejects values that could not work. */
public record AiProxyConfig(
    @Description("TCP port of the API.") @Default("8101") int port,
    @Description("TCP port of health and metrics, on the loopback address.") @Default("9101")
        int managementPort,
    @Description("The OpenAI-compatible provider that requests go to.") Provider provider,
    @Description("The model of a chat command in shorthand that names none.")
        @Default("openai/gpt-oss-20b")
        String defaultModel,
    @Description("Longest request body, held in memory while it is checked and sent on.")
        @Default("8MiB")
        ByteSize maxBody,
    @Description("Longest answer that a chat command brings back. HTTP answers have no limit.")
        @Default("4MiB")
        ByteSize maxReply,
    @Description("How long the provider may take.") Timeouts timeouts,
    @Description("Connections to the provider.") Pool pool,
    @Description("One row a request.") LedgerConfig ledger,
    @Description("Limits of tenants, and how limits of keys and tenants are held.")
        LimitsConfig limits) {

  /** Names the setting and what would be right. */
  public AiProxyConfig {
    requirePort("port", port);
    requirePort("management-port", managementPort);
    if (defaultModel.isBlank()) {
      throw new IllegalArgumentException(
          "default-model must name a model of the provider, for example openai/gpt-oss-20b");
    }
    requireInMemory("max-body", maxBody);
    requireInMemory("max-reply", maxReply);
  }

  private static void requirePort(String name, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(name + " must be 0 to 65535, not " + port);
    }
  }

  private static void requireInMemory(String name, ByteSize size) {
    if (size.bytes() < 1 || size.bytes() > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException(
          name + " must be 1 byte to 1 GiB, for example 8MiB, not " + size.bytes() + " bytes");
    }
  }
}
