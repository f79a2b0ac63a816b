/** Tests of the way of one request. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.gateway;
