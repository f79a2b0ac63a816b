/**
 * What must hold of the stack of the Compose files, and of its server, before others rely on it.
 */
@NullMarked
package io.ruche.standalone.doctor.production;

import org.jspecify.annotations.NullMarked;
