@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing.retry;
