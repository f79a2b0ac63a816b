/** What every HTTP edge shares: errors, limits, request ids and the management server. */
@org.jspecify.annotations.NullMarked
package io.ruche.http;
