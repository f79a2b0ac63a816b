package io.ruche.embedservice.parse.wire;

/**
 * What one file may cost.
 *
 * @param characters of text
 * @param pages, slides and sheets
 * @param depth of files in files
 * @param unpackedBytes of all packed parts together
 * @param ratio of unpacked to packed
 * @param cpuMillis of the process, text recognition apart
 * @param ocrCommand name or path of Tesseract
 * @param ocrLanguages as Tesseract takes them, {@code eng+fra}; empty for none
 * @param ocrPageMillis for the recognition of one page
 * @param ocrPages that are recognized
 */
public record Limits(
    int characters,
    int pages,
    int depth,
    long unpackedBytes,
    int ratio,
    long cpuMillis,
    String ocrCommand,
    String ocrLanguages,
    long ocrPageMillis,
    int ocrPages) {

  /** Headings that are kept of a file; whoever reads the text holds all of them in memory. */
  public static final int HEADINGS = 50_000;
}
