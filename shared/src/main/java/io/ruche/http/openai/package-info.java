/** What paths that speak OpenAI's API have in common. */
@NullMarked
package io.ruche.http.openai;

import org.jspecify.annotations.NullMarked;
