/** The HTTP half of the bus: commands posted, and asked after. */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.http;
