/** Sound that clients send: the request it makes, how long it lasts, and what of it is billed. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.audio;
