/** The API over sockets of this machine. */
@NullMarked
package io.ruche.embedservice.http;

import org.jspecify.annotations.NullMarked;
