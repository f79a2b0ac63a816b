/** The ledger's rows in PostgreSQL: carried there from the journal, kept, and deleted in time. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger.rows;
