/** Tests of the {@code /v1} paths. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.http;
