/** Tests of what requests leave in metrics and traces. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.telemetry;
