/**
 * {@code ruche doctor}: looks at this machine and its configuration, changes nothing, and says what
 * is wrong, where, and what would be right.
 */
@NullMarked
package io.ruche.standalone.doctor;

import org.jspecify.annotations.NullMarked;
