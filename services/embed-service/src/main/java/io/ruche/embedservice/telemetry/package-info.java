/** What the service counts and measures, beside what the engine and the bus count themselves. */
@NullMarked
package io.ruche.embedservice.telemetry;

import org.jspecify.annotations.NullMarked;
