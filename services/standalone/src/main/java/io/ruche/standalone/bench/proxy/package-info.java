/** ai-proxy beside nginx, both in front of the same upstream. */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.bench.proxy;
