/**
 * A provider that behaves like Groq, and misbehaves on demand: what ai-proxy is tested and measured
 * against, in its own process or in another.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.simulator;
