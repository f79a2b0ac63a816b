package io.ruche.embedservice.ingest.parts;

/**
 * What makes chunks of files.
 *
 * @param version another one when the same file gives other chunks than before; documents are then
 *     made again when they come again, even unchanged
 */
public record Makers(Parsing parsing, Chunking chunking, Languages languages, String version) {}
