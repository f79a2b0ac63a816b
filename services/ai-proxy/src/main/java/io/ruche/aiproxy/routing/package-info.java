/**
 * Which providers there are, which of them a model's requests go to and in which order, and what is
 * known of how they fare. Plain Java.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing;
