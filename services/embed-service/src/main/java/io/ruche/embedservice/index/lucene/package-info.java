/**
 * The embedded store: one Lucene index a model generation, for all spaces. One index and not one a
 * space, because each has buffers, files and merges of its own, of which 10,000 tenants would have
 * 10,000. What keeps spaces apart: every term begins with its space, so that the postings of one
 * space hold no document of another, nor does any statistic of BM25; and every query is filtered by
 * the whole name of its space besides.
 */
@NullMarked
package io.ruche.embedservice.index.lucene;

import org.jspecify.annotations.NullMarked;
