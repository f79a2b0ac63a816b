/** Kills every part of the bus while it works, and judges by a ledger that nothing is lost. */
package io.ruche.bus.faults;
