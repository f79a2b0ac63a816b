/** Tests of what is asked of the provider, and of its settings. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.operation;
