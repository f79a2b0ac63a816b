/** What the ledger keeps of a request: plain values. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger.entry;
