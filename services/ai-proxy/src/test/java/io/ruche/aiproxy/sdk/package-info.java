/** Other people's clients of OpenAI's API, as their users use them, against ai-proxy. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.sdk;
