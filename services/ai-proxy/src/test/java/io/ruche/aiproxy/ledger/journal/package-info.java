/** Tests of the journal. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger.journal;
