/**
 * One request from its key to its row in the ledger: reserve, journal, ask the targets, meter,
 * settle. The same for HTTP and for events.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.gateway;
