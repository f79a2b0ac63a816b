/** Tests of sound: how long it lasts, and load of uploads. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.audio;
