/** Tests of ai-proxy over real sockets, against a simulated provider. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy;
