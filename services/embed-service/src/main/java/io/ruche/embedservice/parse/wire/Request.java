package io.ruche.embedservice.parse.wire;

import java.nio.file.Path;

/**
 * A file to parse.
 *
 * @param id told back with each reply
 * @param file where its bytes are
 * @param contentType as declared; empty when it is not
 * @param fileName as declared, never opened; empty when it is not
 * @param limits for it
 */
public record Request(long id, Path file, String contentType, String fileName, Limits limits) {}
