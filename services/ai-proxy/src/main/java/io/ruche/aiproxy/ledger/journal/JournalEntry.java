package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.journal.file.Ends;
import io.ruche.aiproxy.ledger.journal.file.JournalRecord;
import io.ruche.aiproxy.ledger.journal.file.RecordCodec;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request of this process. */
final class JournalEntry implements Entry {

  private final Ends ends;
  private final JournalRecord record;
  private final AtomicBoolean ended = new AtomicBoolean();

  JournalEntry(Ends ends, JournalRecord record) {
    this.ends = ends;
    this.record = record;
  }

  @Override
  public void end(End end) {
    if (ended.compareAndSet(false, true) && record.isOurs()) {
      RecordCodec.Part part = RecordCodec.encode(end);
      if (!ends.offer(record.generation(), record.cell(), part)) {
        // Nothing was moved for seconds. To wait for the disk here is better than to lose it.
        record.end(part);
      }
    }
  }
}
