/** How the journal lies on disk: memory-mapped segments of records, each in its cells. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.ledger.journal.file;
