/**
 * When work that nobody waits for may go to a provider: what quotas leave free, one after the
 * other, and none while the provider fails.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.queue;
