/** Token usage: read from a provider's answer as it passes, and estimated where it says nothing. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.usage;
