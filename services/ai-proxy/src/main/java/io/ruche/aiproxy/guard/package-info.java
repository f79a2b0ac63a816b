/**
 * What stands before a request and behind its answer: which models and how many tokens a key and
 * its tenant may ask for, and personal data that is replaced on the way to a provider and put back
 * on the way out. Nothing of it outlives the request.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.guard;
