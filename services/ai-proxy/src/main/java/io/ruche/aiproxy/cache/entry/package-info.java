/** What two requests must have in common to get the same answer, and the answers that are kept. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.cache.entry;
