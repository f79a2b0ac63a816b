package io.ruche.aiproxy.ledger.journal;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Start;

/** A request that has ended and is in the journal alone. */
public final class Unsettled {

  private final Start start;
  private final End end;
  private final SegmentReader reader;
  private final int cell;
  private boolean settled;

  Unsettled(Start start, End end, SegmentReader reader, int cell) {
    this.start = start;
    this.end = end;
    this.reader = reader;
    this.cell = cell;
  }

  public Start start() {
    return start;
  }

  public End end() {
    return end;
  }

  /** Says that it is kept elsewhere now; by the thread that reads the journal. */
  public void settle() {
    if (!settled) {
      settled = true;
      reader.settle(cell);
    }
  }

  public boolean isSettled() {
    return settled;
  }
}
