package io.ruche.embedservice.index.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene103.Lucene103Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own codec, with the graph as it is configured and vectors of up to {@link #MOST}
 * dimensions instead of 1,024. What it writes any Lucene of this line reads.
 */
final class VectorCodec extends Lucene103Codec {

  static final int MOST = 4_096;

  private final KnnVectorsFormat format;

  VectorCodec(int connections, int candidates) {
    this.format = new Wide(new Lucene99HnswVectorsFormat(connections, candidates));
  }

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return format;
  }

  private static final class Wide extends KnnVectorsFormat {

    private final KnnVectorsFormat format;

    Wide(KnnVectorsFormat format) {
      super(format.getName());
      this.format = format;
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return format.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return format.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
      return MOST;
    }
  }
}
