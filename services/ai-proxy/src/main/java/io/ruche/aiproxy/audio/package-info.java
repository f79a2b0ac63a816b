/**
 * Sound that clients send: the form it comes in, read while it passes, where it waits when it has
 * to, and how long it lasts.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.audio;
