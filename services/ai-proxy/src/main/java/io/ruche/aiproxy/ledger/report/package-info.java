/** Sums over the ledger: what was used and what it cost. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger.report;
