/** Tests of where requests go, and of what is known of providers. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing;
