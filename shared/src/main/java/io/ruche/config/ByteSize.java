package io.ruche.config;

/** A number of bytes, written in YAML as {@code 8MiB}. */
public record ByteSize(long bytes) {}
