/** What runs in a parsing process. Plain Java. */
@NullMarked
package io.ruche.embedservice.parse.child;

import org.jspecify.annotations.NullMarked;
