/** Tests of usage. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.usage;
