/** Tests of forms and of where they wait. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.audio;
