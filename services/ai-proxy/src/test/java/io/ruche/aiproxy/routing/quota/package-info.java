/** Tests of what a provider still allows. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing.quota;
