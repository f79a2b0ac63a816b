package io.ruche.standalone.cli;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyCheck;
import io.ruche.bus.envelope.Ulid;
import io.ruche.bus.mqtt.CommandSender;
import io.ruche.bus.mqtt.CommandSender.Sender;
import io.ruche.config.Config;
import io.ruche.standalone.LocalKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ruche send SERVICE COMMAND JSON}. */
@Command(
    name = "send",
    description = {
      "Publishes a command over MQTT, repeats it until its receipt comes, and waits for the reply,",
      "which it prints: ruche send ai-proxy chat '{\"prompt\": \"Bonjour\"}'"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class SendCommand implements Callable<Integer> {

  @Parameters(index = "0", description = "The service, for example ai-proxy.")
  private String service;

  @Parameters(index = "1", description = "The command, for example chat.")
  private String command;

  @Parameters(index = "2", description = "The payload.")
  private String json;

  @Option(names = "--key", description = "The API key; RUCHE_KEY or the local admin key without.")
  private @Nullable String key;

  @Option(names = "--id", description = "The command's id; a fresh one without it.")
  private @Nullable String id;

  @Option(
      names = "--wait",
      defaultValue = "120",
      description = "Seconds to wait for the reply; 0 for the receipt only.")
  private int wait;

  @Option(names = "--data", description = "The data folder of the running Ruche.")
  private @Nullable Path data;

  @Override
  public Integer call() throws TimeoutException, InterruptedException {
    try (Workbench bench = Workbench.open(data);
        CommandSender sender = new CommandSender(bench.broker(), sender(bench))) {
      Duration bound = Duration.ofSeconds(Math.max(wait, 10));
      String receipt = sender.send(service, command, id == null ? Ulid.next() : id, json, bound);
      System.err.println("receipt " + receipt);
      if (wait == 0) {
        System.out.println(receipt);
        return 0;
      }
      byte[] reply = sender.reply(bound);
      System.out.write(reply, 0, reply.length);
      System.out.println();
      return new String(reply, java.nio.charset.StandardCharsets.UTF_8).contains("\"error\":")
          ? 1
          : 0;
    }
  }

  private Sender sender(Workbench bench) throws TimeoutException {
    String plain = key;
    if (plain == null) {
      plain = Config.variable(System.getenv(), "RUCHE_KEY");
    }
    if (plain == null) {
      plain =
          LocalKey.read(bench.data())
              .orElseThrow(() -> new CliFailure("No key: set RUCHE_KEY, or give one with --key."));
    }
    return switch (Workbench.await(bench.keys().ring().checkFresh(plain))) {
      case KeyCheck.Valid valid -> {
        ApiKey known = valid.key();
        yield new Sender(known.tenant(), known.name(), plain);
      }
      case KeyCheck.Refused refused -> throw new CliFailure(refused.reason());
    };
  }
}
