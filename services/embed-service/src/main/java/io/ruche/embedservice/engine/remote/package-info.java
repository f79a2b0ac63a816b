/** Models elsewhere: Ollama, and whatever speaks OpenAI's embeddings. */
@NullMarked
package io.ruche.embedservice.engine.remote;

import org.jspecify.annotations.NullMarked;
