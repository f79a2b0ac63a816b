/** What the metadata of hits must be. Plain Java. */
@NullMarked
package io.ruche.embedservice.index.filter;

import org.jspecify.annotations.NullMarked;
