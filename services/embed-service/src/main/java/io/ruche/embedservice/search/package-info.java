/** Questions to passages: dense, by words, or both fused; reranked, explained and highlighted. */
@NullMarked
package io.ruche.embedservice.search;

import org.jspecify.annotations.NullMarked;
