/** Texts as the terms that BM25 and highlights compare. Lucene's analyzers; no index. */
@NullMarked
package io.ruche.embedservice.index.text;

import org.jspecify.annotations.NullMarked;
