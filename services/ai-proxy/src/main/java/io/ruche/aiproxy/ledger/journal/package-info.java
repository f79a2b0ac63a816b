/**
 * The journal: memory-mapped files that take the start and the end of each request at the price of
 * a copy, survive the end of the process, and give up a place once its row is in PostgreSQL.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger.journal;
