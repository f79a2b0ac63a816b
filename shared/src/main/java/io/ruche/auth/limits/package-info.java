/** What a key or a tenant may use: plain values, without the means to hold anyone to them. */
@org.jspecify.annotations.NullMarked
package io.ruche.auth.limits;
