package io.ruche.embedservice.index;

/** One collection of one tenant: what is searched together. Nothing is ever found beyond it. */
public record Space(String tenant, String collection) {}
