/** Whether, when and how often a request is tried again. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing.retry;
