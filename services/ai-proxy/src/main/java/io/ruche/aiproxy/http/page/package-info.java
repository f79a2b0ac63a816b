/** ai-proxy's page at {@code /}, with what it needs beside the OpenAI-compatible paths. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.http.page;
