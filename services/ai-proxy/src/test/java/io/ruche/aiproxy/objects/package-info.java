/** Tests of what providers keep. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.objects;
