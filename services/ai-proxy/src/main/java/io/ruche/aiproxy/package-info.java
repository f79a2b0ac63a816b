/**
 * ai-proxy: an OpenAI-compatible gateway to a provider such as Groq, over HTTP and as the command
 * {@code chat}. This package is its configuration and wiring.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy;
