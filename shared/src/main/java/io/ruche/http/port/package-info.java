/** What to tell an operator when a server cannot have its port. */
@org.jspecify.annotations.NullMarked
package io.ruche.http.port;
