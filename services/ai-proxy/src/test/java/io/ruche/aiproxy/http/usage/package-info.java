/** Tests of {@code GET /v1/usage}. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.http.usage;
