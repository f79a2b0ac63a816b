@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.events.notice;
