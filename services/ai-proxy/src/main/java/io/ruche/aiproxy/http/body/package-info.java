/** How the bodies that clients send are read. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.http.body;
