package io.ruche.embedservice.chunk;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.util.ArrayList;
import java.util.List;

/** How long chunks are, in tokens of the model. Rejects values that could not work. */
@Description("Cutting of texts into chunks, in tokens of the model.")
public record ChunkConfig(
    @Description("Tokens that a chunk should have; most have half to one and a half times as many.")
        @Default("300")
        int target,
    @Description(
            "Most tokens of a chunk with the headings above it, the model's own marks not counted;"
                + " below what the model takes.")
        @Default("480")
        int most,
    @Description("Tokens that a chunk repeats from the end of the one before, in whole sentences.")
        @Default("40")
        int overlap) {

  /** For a model of 512 tokens. */
  public static final ChunkConfig DEFAULT = new ChunkConfig(300, 480, 40);

  /** Tells everything that is out of range. */
  public ChunkConfig {
    List<String> flaws = new ArrayList<>();
    if (most < 16 || most > 100_000) {
      flaws.add("most is " + most + "; it must be 16 to 100000");
    }
    if (target < 8 || target > most) {
      flaws.add("target is " + target + "; it must be 8 to most, which is " + most);
    }
    if (overlap < 0 || overlap > target / 2) {
      flaws.add("overlap is " + overlap + "; it must be 0 to half of target");
    }
    if (!flaws.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", flaws));
    }
  }

  /** For a model that takes so many tokens, its own marks included; shorter when these are. */
  public ChunkConfig within(int modelTokens) {
    int room = Math.max(16, modelTokens - 16);
    if (room >= most) {
      return this;
    }
    int shorter = Math.min(target, Math.max(8, room * 5 / 8));
    return new ChunkConfig(shorter, room, Math.min(overlap, shorter / 2));
  }

  /** What makes chunks the same: the version of the chunker and these numbers. */
  public String identity() {
    return "chunker-" + Chunker.VERSION + "/" + target + "/" + most + "/" + overlap;
  }
}
