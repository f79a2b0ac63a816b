/**
 * What a provider still allows: its limits as its headers tell them, and those that they do not
 * tell, counted here. Plain Java.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing.quota;
