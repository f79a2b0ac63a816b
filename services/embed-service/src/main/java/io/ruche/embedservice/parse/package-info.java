/** Files to text, in processes of their own that are capped: a hostile file ends its process. */
@NullMarked
package io.ruche.embedservice.parse;

import org.jspecify.annotations.NullMarked;
