/**
 * Answers kept for requests that are the same: what makes two requests the same, which answers are
 * worth keeping, where they lie (the hot Redis), and one request asking for all that want the same
 * thing at the same time. Off unless a route has it on.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.cache;
