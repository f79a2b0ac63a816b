package io.ruche.aiproxy.objects;

import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.aiproxy.usage.Usage;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up what the lines of a batch's output used, while they pass, and keeps no more of them than
 * the line in hand. Confined to the context of the call.
 */
final class BatchOutput implements Reader {

  private static final Logger LOG = LoggerFactory.getLogger(BatchOutput.class);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** A line is one answer; a longer one is passed over. */
  private static final int LONGEST_LINE = 16 * 1024 * 1024;

  private static final int MOST_MODELS = 100;
  private static final int NOT_FOUND = 404;

  private final ProviderObject batch;
  private final Promise<Map<String, Usage>> promise = Promise.promise();
  private final Map<String, Usage> byModel = new TreeMap<>();
  private Buffer begun = Buffer.buffer();
  private boolean tooLong;
  private int passedOver;
  private int status;
  private boolean over;
  private @Nullable Transfer call;

  private BatchOutput(ProviderObject batch) {
    this.batch = batch;
  }

  /**
   * What a batch used, by model; nothing where the provider does not have its output any more.
   * Fails when the provider does not answer with the whole of it within ten minutes.
   */
  static Future<Map<String, Usage>> read(
      Vertx vertx, ProviderObject batch, Function<Reader, Transfer> caller) {
    BatchOutput output = new BatchOutput(batch);
    output.call = caller.apply(output);
    long timer =
        vertx.setTimer(
            LONGEST.toMillis(),
            id ->
                output.giveUp(
                    "The batch's output was not complete after " + LONGEST.toMinutes() + " min."));
    return output.promise.future().onComplete(ended -> vertx.cancelTimer(timer));
  }

  private void giveUp(String why) {
    over = true;
    if (call != null) {
      call.giveUp();
    }
    promise.tryFail(UpstreamFault.TIMEOUT.failure(why));
  }

  @Override
  public void head(int code, MultiMap headers) {
    status = code;
  }

  @Override
  public void piece(Buffer bytes) {
    if (over || status != 200) {
      return;
    }
    int from = 0;
    for (int at = 0; at < bytes.length(); at++) {
      if (bytes.getByte(at) == '\n') {
        append(bytes, from, at);
        line();
        from = at + 1;
      }
    }
    append(bytes, from, bytes.length());
  }

  private void append(Buffer bytes, int from, int to) {
    if (begun.length() + to - from > LONGEST_LINE) {
      tooLong = true;
      begun = Buffer.buffer();
    }
    if (!tooLong) {
      begun.appendBuffer(bytes, from, to - from);
    }
  }

  private void line() {
    if (tooLong) {
      passedOver++;
    } else if (begun.length() > 0) {
      byte[] bytes = begun.getBytes();
      OutputLine line = OutputLine.read(bytes, bytes.length);
      if (line != null) {
        add(line);
      }
    }
    tooLong = false;
    begun = Buffer.buffer();
  }

  private void add(OutputLine line) {
    if (byModel.size() < MOST_MODELS || byModel.containsKey(line.model())) {
      byModel.merge(line.model(), line.usage(), BatchOutput::sum);
    } else {
      passedOver++;
    }
  }

  private static Usage sum(Usage one, Usage other) {
    return new Usage(
        one.input() + other.input(),
        one.cachedInput() + other.cachedInput(),
        one.output() + other.output(),
        UsageSource.PROVIDER);
  }

  @Override
  public void end() {
    if (status == 200) {
      line();
      if (passedOver > 0) {
        LOG.warn(
            "{} answers of batch {} are not in the ledger: too long, or of too many models",
            passedOver,
            batch.id());
      }
      promise.tryComplete(byModel);
    } else if (status == NOT_FOUND) {
      LOG.warn("the output of batch {} is gone; what it used is not in the ledger", batch.id());
      promise.tryComplete(Map.of());
    } else {
      promise.tryFail(
          UpstreamFault.INVALID_REPLY.failure(
              batch.provider() + " answered " + status + " when asked for a batch's output."));
    }
  }

  @Override
  public void failed(Failure failure) {
    promise.tryFail(failure);
  }
}
