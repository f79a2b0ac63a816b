/** Tests of the ledger as a whole, and of what a kill leaves of it. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger;
