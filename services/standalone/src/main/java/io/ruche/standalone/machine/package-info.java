/**
 * The machine the standalone mode runs on: its data folder, its child processes and its ports.
 *
 * <p>Nothing here knows which store a process or a port belongs to.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.machine;
