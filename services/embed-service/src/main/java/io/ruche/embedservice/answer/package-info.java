/** Answers to questions from passages, with citations that are checked to exist. */
@NullMarked
package io.ruche.embedservice.answer;

import org.jspecify.annotations.NullMarked;
