/** An OpenAPI 3.1 contract: served to clients, and held against their requests. */
@org.jspecify.annotations.NullMarked
package io.ruche.http.openapi;
