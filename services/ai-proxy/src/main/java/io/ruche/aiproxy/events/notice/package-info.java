/** What tenants are told without having asked: budgets, providers, usage. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.events.notice;
