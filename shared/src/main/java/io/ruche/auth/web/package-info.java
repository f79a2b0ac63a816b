/** API keys and their rate limits in front of Vert.x Web routes. */
@org.jspecify.annotations.NullMarked
package io.ruche.auth.web;
