/** Real parts for integration tests. */
package io.ruche.testing;
