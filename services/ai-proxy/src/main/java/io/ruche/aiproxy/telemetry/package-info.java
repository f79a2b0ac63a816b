/**
 * What this process tells of the requests that it carries: metrics under the names of
 * OpenTelemetry's conventions for generative AI where they have one, and spans. Labels take few
 * values: models that are known and tenants up to a number, never the name of a key.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.telemetry;
