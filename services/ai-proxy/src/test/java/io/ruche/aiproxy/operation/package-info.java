/** Tests of requests as they are read from what clients send. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.operation;
