/**
 * One row a request, over HTTP or from an event: written to a journal on this machine's disk before
 * a provider is asked, and from there to PostgreSQL. This package wires the parts; {@code entry}
 * has what is written, {@code journal} the files, {@code rows} PostgreSQL, {@code report} sums.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger;
