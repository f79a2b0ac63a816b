package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.auth.ApiKey;
import org.jspecify.annotations.Nullable;

/**
 * A request to a model, and who makes it.
 *
 * @param key who asks
 * @param commandId the command's id; null for HTTP
 */
public record Ask(ApiKey key, Source source, @Nullable String commandId, ModelRequest request) {}
