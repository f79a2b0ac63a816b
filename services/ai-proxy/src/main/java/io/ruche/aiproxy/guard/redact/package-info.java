/**
 * Replaces personal data in the bytes of a request by placeholders, and puts it back into the bytes
 * of the answer, whole or streamed.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.guard.redact;
