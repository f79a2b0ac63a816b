/** The whole of ai-proxy as a process that is killed while it serves. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.kill;
