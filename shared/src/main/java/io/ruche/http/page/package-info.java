/** The page of a service: its files, how long browsers keep them, and what they may do. */
@org.jspecify.annotations.NullMarked
package io.ruche.http.page;
