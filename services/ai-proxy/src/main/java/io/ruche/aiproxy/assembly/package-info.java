/** Streamed completions put together again, for those who want both the pieces and the whole. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.assembly;
