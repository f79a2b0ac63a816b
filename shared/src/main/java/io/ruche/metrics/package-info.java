/**
 * What a process tells of itself: Prometheus metrics and, when asked for, OpenTelemetry traces.
 *
 * <p>The one naming rule: {@code ruche_<stem>_<what>_<unit>[_total]}. The stem is the part that
 * speaks ({@code http}, {@code bus}, {@code ai_proxy}); units are base units in the plural ({@code
 * seconds}, {@code bytes}) or the things counted ({@code commands}, {@code connections}); counters
 * end in {@code _total}, timers in {@code _seconds}. The name in the code is the name in
 * Prometheus. Labels that grow with use ({@code tenant}, {@code client}) are capped, what is beyond
 * the cap counts as {@code other}. {@link io.ruche.metrics.NamingRule} refuses whatever breaks the
 * rule when it is registered.
 *
 * <p>Names of others keep their own dots in the code and get underscores and the unit in
 * Prometheus: those of the JVM ({@code jvm.memory.used}, {@code jvm_memory_used_bytes}) and those
 * of OpenTelemetry's conventions for generative AI ({@code gen_ai.client.operation.duration},
 * {@code gen_ai_client_operation_duration_seconds}; label {@code gen_ai.request.model}, {@code
 * gen_ai_request_model}), so that dashboards made for those conventions work here.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.metrics;
