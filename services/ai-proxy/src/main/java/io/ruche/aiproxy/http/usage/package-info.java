/** {@code GET /v1/usage}: sums over the ledger, as JSON and CSV. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.http.usage;
