/**
 * Settings as records: bound from YAML files and environment variables, checked on construction,
 * and refused with every problem listed at once.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.config;
