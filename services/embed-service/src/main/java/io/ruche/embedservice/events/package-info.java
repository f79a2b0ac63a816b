/** The durable commands: what they say, and what becomes of them. */
@NullMarked
package io.ruche.embedservice.events;

import org.jspecify.annotations.NullMarked;
