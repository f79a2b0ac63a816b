/** How a model cuts texts into tokens, by the tokenizers of Hugging Face. */
@NullMarked
package io.ruche.embedservice.engine.token;

import org.jspecify.annotations.NullMarked;
